package io.weirflow.worker.slot;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a slot counts. Written by the slot's thread, read by any. */
public final class SlotMetrics {

    private final Map<Integer, StepMetrics> steps = new ConcurrentHashMap<>();
    private final StepMetrics source = new StepMetrics();
    private volatile long position;
    private volatile long watermarkMs = Long.MIN_VALUE;
    private volatile long lag = -1;
    private volatile long checkpoint;
    private volatile long checkpointMs;

    /** Returns the counts of a step, by its id. */
    public StepMetrics step(int id) {
        return steps.computeIfAbsent(id, key -> new StepMetrics());
    }

    /** Returns the counts of the source: rows decoded, and records that could not be. */
    public StepMetrics source() {
        return source;
    }

    /** Returns where the slot reads next. */
    public long position() {
        return position;
    }

    /** Returns the watermark; {@link Long#MIN_VALUE} before the first, {@link Long#MAX_VALUE} after the end. */
    public long watermarkMs() {
        return watermarkMs;
    }

    /** Returns how much is known to lie ahead, or -1. */
    public long lag() {
        return lag;
    }

    /** Returns the number of the last durable checkpoint. */
    public long checkpoint() {
        return checkpoint;
    }

    /** Returns how long the last checkpoint took from its begin until it was durable, in milliseconds. */
    public long checkpointMs() {
        return checkpointMs;
    }

    void progress(long newPosition, long newWatermarkMs, long newLag) {
        position = newPosition;
        watermarkMs = newWatermarkMs;
        lag = newLag;
    }

    void checkpoint(long number) {
        checkpoint = number;
    }

    void checkpointTook(long durationMs) {
        checkpointMs = durationMs;
    }
}
