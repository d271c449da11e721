package io.weirflow.worker.service;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.SinkState;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.sim.Violation;
import io.weirflow.worker.slot.SimPlan;
import java.util.Arrays;

/** The checker Stopped: when a pipeline has stopped in order, the last checkpoint of each slot knows all that its sinks have made visible outside. */
final class FleetStops {

    private static final int STAGE = 2;
    private static final int STEP = 2;

    private FleetStops() {}

    static void check(FleetWorld world, String instance) {
        for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
            long visible = world.outside.visible(instance, partition).size();
            long known = known(world, partition);
            if (visible > known) {
                throw new Violation(
                        "Stopped",
                        visible + " rows of slot " + partition + " are visible outside, and its last checkpoint knows "
                                + known);
            }
        }
    }

    private static long known(FleetWorld world, int partition) {
        return world.log.committed(Checkers.changelog(STAGE, partition)).stream()
                .filter(entry -> Arrays.equals(entry.key(), ProgressCodec.progressKey()))
                .reduce((before, after) -> after)
                .map(entry -> ProgressCodec.decode(entry.value()))
                .map(FleetStops::lastSequence)
                .orElse(0L);
    }

    private static long lastSequence(Progress progress) {
        return progress.sinks().stream()
                .filter(sink -> sink.step() == STEP)
                .mapToLong(SinkState::lastSequence)
                .sum();
    }
}
