package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.ChainSteps;
import io.weirflow.benchmarks.engine.Job;
import java.util.List;

/** Ten steps of filter and projection in a row, with 30 expressions and ten conditions. */
final class ChainCase extends StatelessCase {

    @Override
    public String id() {
        return "e";
    }

    @Override
    public String title() {
        return "a chain of ten where/select with 30 expressions";
    }

    @Override
    Job.Program program() {
        return Job.Program.CHAIN;
    }

    @Override
    long defaultRows(Session session) {
        return 10_000_000;
    }

    @Override
    List<String> columns() {
        return List.of("a", "b", "p", "t");
    }

    @Override
    void add(Answer answer, Bid bid) {
        long a = bid.auction();
        long b = bid.bidder();
        long p = bid.price();
        for (int step = 1; step <= ChainSteps.COUNT; step++) {
            if (!ChainSteps.passes(step, a, p)) {
                return;
            }
            long nextA = ChainSteps.a(step, a, p);
            long nextB = ChainSteps.b(step, a, b);
            p = ChainSteps.p(step, b, p);
            a = nextA;
            b = nextB;
        }
        if (ChainSteps.last(a)) {
            answer.add(a, b, p, bid.timeMs());
        }
    }
}
