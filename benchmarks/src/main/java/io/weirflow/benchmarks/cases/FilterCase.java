package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.WeirflowEngine;
import java.util.ArrayList;
import java.util.List;

/** A filter from Kafka to Kafka that lets about a tenth through; and what exactly-once costs. */
final class FilterCase extends StatelessCase {

    static final long LEAST_PRICE = 3_000_000;

    @Override
    public String id() {
        return "a";
    }

    @Override
    public String title() {
        return "filter, Kafka → Kafka";
    }

    @Override
    Job.Program program() {
        return Job.Program.FILTER;
    }

    @Override
    long defaultRows(Session session) {
        return 20_000_000;
    }

    @Override
    List<String> columns() {
        return List.of("auction", "bidder", "price", "date_time");
    }

    @Override
    List<Engine> engines(Session session) {
        List<Engine> engines = new ArrayList<>(Engines.stateless(session.home()));
        engines.add(new WeirflowEngine(session.home(), "at_least_once"));
        engines.add(Engines.read(session.home()));
        return engines;
    }

    @Override
    void add(Answer answer, Bid bid) {
        if (bid.price() >= LEAST_PRICE) {
            answer.add(bid.auction(), bid.bidder(), bid.price(), bid.timeMs());
        }
    }
}
