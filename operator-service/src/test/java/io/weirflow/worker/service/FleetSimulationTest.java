package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.testkit.seed.Seeded;
import io.weirflow.worker.sim.Violation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Coordinators and workers under every fault that one seed can think of; see {@link FleetWorld} and the checkers. */
@Execution(ExecutionMode.CONCURRENT)
final class FleetSimulationTest {

    private static final int FAULTS = 14;
    private static final long SMALL_INBOXES = 2;

    @Seeded(seeds = 180)
    void commitsWhatARunWithoutFaultsCommits(long seed) {
        check(new FleetWorld(seed, FAULTS, Bug.NONE));
    }

    @Seeded(seeds = 40)
    void whatAFormerLeaderWritesBackIsNotTaken(long seed) {
        check(new FleetWorld(seed, FAULTS, Bug.NONE, true));
    }

    private static void check(FleetWorld world) {
        try {
            world.run();
            FleetResults.check(world);
        } catch (Throwable e) {
            throw new AssertionError(e + "\n" + tail(world.trace), e);
        }
    }

    /** What the checkers watch has to happen. */
    @Test
    void everyStageIsUpgradedAndRowsAreParked() {
        int[] cuts = new int[3];
        long parked = 0;
        for (long seed = 0;
                seed < 200 && (parked < 3 || Arrays.stream(cuts).min().orElse(0) < 5);
                seed++) {
            FleetWorld world = new FleetWorld(seed, FAULTS, Bug.NONE);
            world.run();
            for (int stage = 0; stage < cuts.length; stage++) {
                cuts[stage] += world.checkers().cuts(stage);
            }
            parked += world.trace.stream()
                    .filter(line -> line.contains("RecordPoisoned") && line.contains("parked=true"))
                    .count();
        }
        assertThat(Arrays.stream(cuts).min().orElse(0))
                .as("slots of each stage that went over to another version")
                .isGreaterThanOrEqualTo(5);
        assertThat(parked).isGreaterThanOrEqualTo(3);
    }

    /** That they go on in all other runs is worth nothing if they never wait. */
    @Test
    void sendersWaitForReceiversOfWhomTheyDoNotHear() {
        FleetWorld world = new FleetWorld(SMALL_INBOXES, 0, Bug.NONE);
        assertThat(world.smallInboxes()).isTrue();
        world.deafen();
        assertThatThrownBy(world::run).isInstanceOf(Violation.class).hasMessageStartingWith("Liveness");
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        FleetWorld first = new FleetWorld(4_711, FAULTS, Bug.NONE);
        FleetWorld second = new FleetWorld(4_711, FAULTS, Bug.NONE);
        first.run();
        second.run();
        assertThat(first.trace).isNotEmpty().isEqualTo(second.trace);
    }

    /** A failing seed fails in the same way again. */
    @Test
    void aSeedThatFailsGivesTheSameTrace() {
        for (long seed = 0; ; seed++) {
            FleetWorld first = new FleetWorld(seed, FAULTS, Bug.R6_CHECKPOINT_BEFORE_ACKS);
            String failure = PlantedFleetBugTest.violation(first);
            if (!failure.isEmpty()) {
                FleetWorld second = new FleetWorld(seed, FAULTS, Bug.R6_CHECKPOINT_BEFORE_ACKS);
                assertThat(PlantedFleetBugTest.violation(second)).isEqualTo(failure);
                assertThat(second.trace).isEqualTo(first.trace);
                return;
            }
        }
    }

    static String tail(List<String> trace) {
        return String.join("\n", trace.subList(Math.max(0, trace.size() - 60), trace.size()));
    }
}
