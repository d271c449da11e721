package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.engine.Engine;
import java.util.List;

/** A program that decides about each bid by itself. */
abstract class StatelessCase extends ThroughputCase {

    /** Adds the row that the program makes of a bid, if it makes one. */
    abstract void add(Answer answer, Bid bid);

    @Override
    final boolean windows() {
        return false;
    }

    @Override
    List<? extends Engine> engines(Session session) {
        return Engines.stateless(session.home());
    }

    @Override
    final Oracle oracle() {
        Answer answer = new Answer();
        return new Oracle() {
            @Override
            public void accept(Bid bid) {
                add(answer, bid);
            }

            @Override
            public Answer answer() {
                return answer;
            }
        };
    }
}
