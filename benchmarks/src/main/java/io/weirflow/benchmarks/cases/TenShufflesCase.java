package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.StreamsEngine;
import java.util.List;

/** Latency through ten shuffles: compared with case c it shows what one more hop costs. */
final class TenShufflesCase extends LatencyCase {

    @Override
    public String id() {
        return "i";
    }

    @Override
    public String title() {
        return "ten shuffles in a row, 2,000 rows/s, produced → visible to read_committed";
    }

    @Override
    Job.Program program() {
        return Job.Program.SHUFFLES_10;
    }

    @Override
    List<Engine> engines(Session session) {
        return List.of(
                Engines.weirflow(session.home()),
                new StreamsEngine(session.home(), 100),
                Engines.loops(session.home(), 10));
    }
}
