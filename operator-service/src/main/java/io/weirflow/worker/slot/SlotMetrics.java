package io.weirflow.worker.slot;

import io.weirflow.worker.call.CallMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a slot counts. Written by the slot's thread, but for {@link #restored} and {@link #failed}, which whoever holds the slot calls; read by
 * any. Durable state has no part in it: counts begin at 0 with the process.
 */
public final class SlotMetrics {

    private final Map<Integer, StepMetrics> steps = new ConcurrentHashMap<>();
    private final Map<Integer, CallMetrics> calls = new ConcurrentHashMap<>();
    private final StepMetrics source = new StepMetrics();
    private volatile long position;
    private volatile long watermarkMs = Long.MIN_VALUE;
    private volatile long lag = -1;
    private volatile long checkpoint;
    private volatile long checkpointMs;
    private volatile long checkpointedAtMs = Long.MIN_VALUE;
    private volatile long stateBytes;
    private volatile long overlayBytes;
    private volatile long bytesUnderWay;
    private volatile double credit = 1;
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong withoutCreditMs = new AtomicLong();
    private final AtomicLong restores = new AtomicLong();
    private final AtomicLong restoreMs = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /** Returns the counts of a step, by its id. */
    public StepMetrics step(int id) {
        return steps.computeIfAbsent(id, key -> new StepMetrics());
    }

    /** Returns what a step counts of its calls, by its id; only those that call have any. */
    public CallMetrics call(int id) {
        return calls.computeIfAbsent(id, key -> new CallMetrics());
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

    /**
     * Returns when the last checkpoint became durable, or the slot was first opened here, by the worker's clock; {@link Long#MIN_VALUE}
     * before both.
     */
    public long checkpointedAtMs() {
        return checkpointedAtMs;
    }

    /** Returns roughly the size of the committed state, as of the last checkpoint. */
    public long stateBytes() {
        return stateBytes;
    }

    /** Returns roughly the heap that changes took when the last checkpoint began, which commits them. */
    public long overlayBytes() {
        return overlayBytes;
    }

    /** Returns the size of the frames that were sent and are not acknowledged yet. */
    public long bytesUnderWay() {
        return bytesUnderWay;
    }

    /** Returns the size of the records that were taken: of a source as they were before decoding, of an inbox frames. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** Returns the size of the frames that were sent, and roughly of the rows of sinks that write to Kafka. */
    public long bytesSent() {
        return bytesSent.get();
    }

    /**
     * Returns the share of what the slot may have on its way, and on the heap, that is free, from 0 to 1. At 0 the slot takes no record: its destinations, or
     * its own checkpoint, are slower than its input.
     */
    public double credit() {
        return credit;
    }

    /** Returns for how long the slot had no credit, in milliseconds. */
    public long withoutCreditMs() {
        return withoutCreditMs.get();
    }

    /** Returns how often the slot was opened here, its state restored. */
    public long restores() {
        return restores.get();
    }

    /** Returns how long all openings took, from the lease to the first row, in milliseconds. */
    public long restoreMs() {
        return restoreMs.get();
    }

    /** Returns how often the slot has failed here, or could not be opened. */
    public long failures() {
        return failures.get();
    }

    /**
     * The slot was opened.
     *
     * @param nowMs by the worker's clock
     * @param durationMs what it took
     */
    public void restored(long nowMs, long durationMs) {
        restores.incrementAndGet();
        restoreMs.addAndGet(durationMs);
        // A slot that fails and opens over and over must not look as if it had just taken a checkpoint.
        if (checkpointedAtMs == Long.MIN_VALUE) {
            checkpointedAtMs = nowMs;
        }
    }

    /** The slot has failed, or could not be opened. */
    public void failed() {
        failures.incrementAndGet();
    }

    void progress(long newPosition, long newWatermarkMs, long newLag) {
        position = newPosition;
        watermarkMs = newWatermarkMs;
        lag = newLag;
    }

    void checkpoint(long number) {
        checkpoint = number;
    }

    void checkpointTook(long durationMs, long nowMs) {
        checkpointMs = durationMs;
        checkpointedAtMs = nowMs;
    }

    void state(long newStateBytes) {
        stateBytes = newStateBytes;
    }

    void overlay(long newOverlayBytes) {
        overlayBytes = newOverlayBytes;
    }

    void underWay(long newBytesUnderWay) {
        bytesUnderWay = newBytesUnderWay;
    }

    void read(long bytes) {
        StepMetrics.bump(bytesRead, bytes);
    }

    void sent(long bytes) {
        StepMetrics.bump(bytesSent, bytes);
    }

    /** @param sinceMs how long ago this was called last */
    void credit(double newCredit, long sinceMs) {
        if (credit == 0) {
            StepMetrics.bump(withoutCreditMs, sinceMs);
        }
        credit = newCredit;
    }
}
