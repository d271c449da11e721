package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.cases.BenchCase;
import io.weirflow.benchmarks.cases.Session;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * Four stages at a steady load, the third with large state. The third is scaled from 1 to 4 to 2 workers and upgraded, its worker is ended in order, and
 * killed as by {@code kill -9} without and with a standby; and meanwhile it is seen how many rows each stage sends in each second, and how long each slot was silent.
 */
public final class ScaleCase implements BenchCase {

    private static final String ENGINE = "weirflow";

    @Override
    public String id() {
        return "scale";
    }

    @Override
    public String title() {
        return "live scaling: a stage with --state of state from 1 to 4 to 2 workers, and kill -9 of its worker";
    }

    @Override
    public CaseResult run(Session session) throws InterruptedException {
        List<Sample> samples = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int round = 1; round <= session.wishes().rounds(); round++) {
            try (ScaleRun run = ScaleRun.start(session, round)) {
                samples.add(new Sample(ENGINE, round, run.measure()));
                run.verdict().ifPresent(failures::add);
            } catch (RuntimeException e) {
                failures.add("round " + round + ": " + e.getMessage());
            }
            session.clear();
        }
        return new CaseResult(id(), title(), List.of(), false, samples, failures);
    }
}
