package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * What all rounds of a case have given.
 *
 * @param samples of the runs that worked
 * @param failures of the others, each with the reason
 */
record Rounds(List<Sample> samples, List<String> failures) {

    /** One run of one engine. */
    interface Run {

        /** @throws BenchException when it gives no figure, or a wrong answer */
        Sample measure(Engine engine, int round) throws InterruptedException;
    }

    /** Runs every wanted engine once in each round, so that a slow while of the machine meets all of them. */
    static Rounds of(Session session, List<? extends Engine> engines, Run run) throws InterruptedException {
        List<Sample> samples = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int round = 1; round <= session.wishes().rounds(); round++) {
            for (Engine engine : session.engines(engines, round)) {
                try {
                    samples.add(run.measure(engine, round));
                } catch (BenchException e) {
                    String failure = engine.name() + " in round " + round + ": " + e.getMessage();
                    failures.add(failure);
                    session.say(failure);
                }
                session.clear();
            }
        }
        return new Rounds(samples, failures);
    }
}
