package io.weirflow.benchmarks.nemesis.fault;

import io.weirflow.benchmarks.nemesis.site.FleetControl;
import io.weirflow.benchmarks.nemesis.site.Site;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Draws faults from a seed: which, to whom, for how long, and how long after the one before. Nothing that happens in a run changes what is drawn, so a seed
 * gives the same faults in the same order each time. At which row each of them strikes differs: processes of a real machine are not repeatable.
 */
public final class FaultPlan {

    private static final long MIN_GAP_MS = 200;
    private static final int MAX_MORE_MS = 2_700;

    private final Random random;
    private final List<FaultKind> kinds;
    private final int weights;

    /**
     * @param control of engines that have one
     */
    public FaultPlan(long seed, Site site, Optional<FleetControl> control) {
        this.random = new Random(seed);
        this.kinds = new FaultKinds(site, control).all();
        this.weights = kinds.stream().mapToInt(FaultKind::weight).sum();
    }

    /**
     * A fault and its time.
     *
     * @param gapMs how long after the one before it strikes, unless its target is still being tormented then
     */
    public record Planned(long gapMs, Fault fault) {}

    /** Draws the next one. */
    public Planned next() {
        long gapMs = MIN_GAP_MS + random.nextInt(MAX_MORE_MS);
        int draw = random.nextInt(weights);
        for (FaultKind kind : kinds) {
            draw -= kind.weight();
            if (draw < 0) {
                return new Planned(gapMs, kind.draw().draw(kind.name(), random));
            }
        }
        throw new IllegalStateException("weights do not add up");
    }
}
