package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.worker.sim.Violation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every planted {@link Bug} is caught. {@code -Dweirflow.bug.seeds=N} says within how many seeds, 2,000 when it is not given.
 *
 * <p>A thread that waits for one of these may run other tests meanwhile, and their time counts as its own: hence the patience.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class PlantedFleetBugTest {

    private static final int FAULTS = 14;
    private static final int SEEDS = Integer.getInteger("weirflow.bug.seeds", 2_000);

    @ParameterizedTest
    @EnumSource(value = Bug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void isCaught(Bug bug) {
        for (long i = 0; i < SEEDS; i++) {
            long seed = bug.seed() + i;
            String violation = violation(new FleetWorld(seed, FAULTS, bug));
            // What keeps others waiting is no proof of anything else.
            if (!violation.isEmpty() && !violation.startsWith("Liveness")) {
                System.getLogger("bugs").log(System.Logger.Level.INFO, bug + " with seed " + seed + ": " + violation);
                return;
            }
        }
        assertThat(bug).as("not caught in " + SEEDS + " seeds: " + bug.what()).isNull();
    }

    /** Returns what was violated, or nothing. */
    static String violation(FleetWorld world) {
        try {
            world.run();
            FleetResults.check(world);
            return "";
        } catch (Violation e) {
            return String.valueOf(e.getMessage());
        }
    }
}
