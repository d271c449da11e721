package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.FlinkEngine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.StreamsEngine;
import java.util.List;

/** Latency through three shuffles, beside clients that only copy. */
final class ThreeShufflesCase extends LatencyCase {

    @Override
    public String id() {
        return "c";
    }

    @Override
    public String title() {
        return "three shuffles, 2,000 rows/s, produced → visible to read_committed";
    }

    @Override
    Job.Program program() {
        return Job.Program.SHUFFLES_3;
    }

    @Override
    List<Engine> engines(Session session) {
        return List.of(
                Engines.weirflow(session.home()),
                new StreamsEngine(session.home(), 100),
                new StreamsEngine(session.home(), 20),
                new FlinkEngine(session.home(), "heap", 100),
                new FlinkEngine(session.home(), "heap", 20),
                Engines.loops(session.home(), 3));
    }
}
