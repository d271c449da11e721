package io.weirflow.benchmarks.cases;

import java.util.List;

/** All cases, and those that are still to be written. */
public final class BenchCases {

    private BenchCases() {}

    /** Returns the cases in the order in which they run. */
    public static List<BenchCase> all() {
        return List.of(
                new FilterCase(),
                new TumblingCase(),
                new ThreeShufflesCase(),
                new SessionsCase(),
                new HoppingCase(),
                new ChainCase(),
                new TenShufflesCase(),
                new StartUpCase());
    }

    /** Returns what is planned and not there yet. */
    public static List<String> planned() {
        return List.of(
                "f: 5 GB of state, uniform keys",
                "g: recovery after kill -9 under load, until the lag is back",
                "h: 100 small pipelines in one process",
                "j: cost per row as state grows from 10 MB to 5 GB and slots from 4 to 64");
    }
}
