package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.FlinkEngine;
import io.weirflow.benchmarks.engine.FloorEngine;
import io.weirflow.benchmarks.engine.Home;
import io.weirflow.benchmarks.engine.StreamsEngine;
import io.weirflow.benchmarks.engine.WeirflowEngine;
import java.util.List;

/** The line-ups of engines. */
final class Engines {

    private Engines() {}

    static Engine weirflow(Home home) {
        return new WeirflowEngine(home, WeirflowEngine.EXACTLY_ONCE);
    }

    /** Those that keep state: the others with what they are fastest with, too. */
    static List<Engine> stateful(Home home) {
        return List.of(
                weirflow(home),
                new StreamsEngine(home, 100),
                new StreamsEngine(home, 1_000),
                new FlinkEngine(home, "rocksdb", 1_000),
                new FlinkEngine(home, "heap", 1_000));
    }

    static List<Engine> stateless(Home home) {
        return List.of(weirflow(home), new StreamsEngine(home, 100), new FlinkEngine(home, "heap", 1_000));
    }

    static Engine read(Home home) {
        return new FloorEngine(home, "floor-consumer", "read");
    }

    static Engine loops(Home home, int hops) {
        return new FloorEngine(home, "floor-loops", "loops-" + hops);
    }
}
