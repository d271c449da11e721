package io.weirflow.benchmarks.nemesis.fault;

import io.weirflow.benchmarks.nemesis.site.Member;
import java.util.List;

/**
 * One thing that is done to a fleet, and undone.
 *
 * @param kind its name in reports
 * @param what a few words: to whom, for how long
 * @param targets processes that nobody else may torment meanwhile
 * @param pipelines whose control requests nobody else may make meanwhile
 * @param act does it, waits, and undoes it
 */
public record Fault(String kind, String what, List<Member> targets, List<String> pipelines, Act act) {

    public Fault {
        targets = List.copyOf(targets);
        pipelines = List.copyOf(pipelines);
    }

    /** A fault that is done to one process. */
    static Fault of(String kind, String what, Member target, Act act) {
        return new Fault(kind, what, List.of(target), List.of(), act);
    }

    /** What is done. Runs on a thread of its own. */
    @FunctionalInterface
    public interface Act {
        /** Returns when it is undone. */
        void run() throws InterruptedException;
    }

    @Override
    public String toString() {
        return kind + " " + what;
    }
}
