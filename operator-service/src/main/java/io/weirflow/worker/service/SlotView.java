package io.weirflow.worker.service;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.worker.slot.SlotMetrics;

/**
 * A slot that a worker runs, for people: how it is and what it counts.
 *
 * @param stage what the slot runs
 * @param status {@link SlotStatus.Released} when the worker does not hold it any more
 * @param openingMs for how long it has been opening, -1 when it is open or gone
 * @param checkpointAgeMs time since the last checkpoint became durable, or since the slot was first opened here; -1 before both
 * @param metrics live counts
 */
public record SlotView(
        SlotId slot, StagePlan stage, SlotStatus status, long openingMs, long checkpointAgeMs, SlotMetrics metrics) {

    /** Returns whether it is being opened. */
    public boolean opening() {
        return openingMs >= 0;
    }
}
