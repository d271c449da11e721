package io.weirflow.worker.service;

import io.weirflow.protocol.id.WorkerId;
import io.weirflow.worker.slot.SlotSettings;
import java.nio.file.Path;

/**
 * Settings of a worker.
 *
 * @param id its name, which stays the same over restarts, and its life
 * @param stateDir where slots keep their local state; kept over restarts, it makes them quick
 * @param threads that run slots, 1 or more
 * @param heartbeatMs between two heartbeats; well below the coordinator's timeout
 * @param drainTimeoutMs how long {@link Worker#close()} waits for slots to commit
 * @param slot bounds of each slot
 */
public record WorkerSettings(
        WorkerId id, Path stateDir, int threads, long heartbeatMs, long drainTimeoutMs, SlotSettings slot) {

    public WorkerSettings {
        if (threads < 1 || heartbeatMs < 1 || drainTimeoutMs < 1) {
            throw new IllegalArgumentException("threads, heartbeat and drain timeout of a worker must be positive");
        }
    }

    /** Returns settings for most. */
    public static WorkerSettings of(WorkerId id, Path stateDir, int threads) {
        return new WorkerSettings(id, stateDir, threads, 500, 20_000, SlotSettings.DEFAULT);
    }
}
