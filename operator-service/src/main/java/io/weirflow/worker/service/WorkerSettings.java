package io.weirflow.worker.service;

import io.weirflow.protocol.fleet.WorkerScope;
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
 * @param cacheBytes heap that the operators of one pipeline may take for decoded state, divided among them, 0 or more
 * @param overlayBytes heap that changes of one pipeline's slots may take before a checkpoint is due, divided among them, 1 or more
 * @param waitingBytes heap that records may take which wait in one pipeline's slots to be processed, and as much again those that wait to be written by its sinks; divided among
 *     the slots, 1 or more
 * @param slot bounds of each slot
 * @param scope which slots it takes; it says so in its heartbeats, and the coordinator heeds it
 */
public record WorkerSettings(
        WorkerId id,
        Path stateDir,
        int threads,
        long heartbeatMs,
        long drainTimeoutMs,
        long cacheBytes,
        long overlayBytes,
        long waitingBytes,
        SlotSettings slot,
        WorkerScope scope) {

    /** The share of the heap that is kept for decoded state unless told otherwise. */
    private static final int CACHE_SHARE = 6;

    /** The same for changes: as much again can be in a checkpoint that is under way, and in the last one, which is kept for reading. */
    private static final int OVERLAY_SHARE = 10;

    /** The same for what waits. */
    private static final int WAITING_SHARE = 10;

    public WorkerSettings {
        if (threads < 1 || heartbeatMs < 1 || drainTimeoutMs < 1) {
            throw new IllegalArgumentException("threads, heartbeat and drain timeout of a worker must be positive");
        }
        if (overlayBytes < 1 || waitingBytes < 1) {
            throw new IllegalArgumentException("the heap for changes and for what waits must be positive");
        }
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("the cache of a worker must not be negative");
        }
    }

    /** Returns settings for most. */
    public static WorkerSettings of(WorkerId id, Path stateDir, int threads) {
        return new WorkerSettings(
                id,
                stateDir,
                threads,
                500,
                20_000,
                Runtime.getRuntime().maxMemory() / CACHE_SHARE,
                Runtime.getRuntime().maxMemory() / OVERLAY_SHARE,
                Runtime.getRuntime().maxMemory() / WAITING_SHARE,
                SlotSettings.DEFAULT,
                WorkerScope.ALL);
    }

    /** Returns these settings with another bound for what may wait in each inbox, in bytes, see {@link SlotSettings#inboxLimitBytes}. */
    public WorkerSettings withInboxLimit(long limitBytes) {
        return with(slot.withInboxLimit(limitBytes), scope);
    }

    public WorkerSettings withScope(WorkerScope newScope) {
        return with(slot, newScope);
    }

    private WorkerSettings with(SlotSettings newSlot, WorkerScope newScope) {
        return new WorkerSettings(
                id,
                stateDir,
                threads,
                heartbeatMs,
                drainTimeoutMs,
                cacheBytes,
                overlayBytes,
                waitingBytes,
                newSlot,
                newScope);
    }
}
