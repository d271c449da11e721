package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.scale.ScaleCase;
import java.util.List;

/** All cases. */
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
                new WideCase(),
                new RecoveryCase(),
                new ManyCase(),
                new TenShufflesCase(),
                new GrowthCase(),
                new StartUpCase(),
                new ScaleCase());
    }
}
