package io.weirflow.worker.sink;

/**
 * How many rows may wait for a destination: about as many as it takes in {@value #DRAIN_MS} ms. A checkpoint of the slot waits for all of them (rule R6), and what
 * the slot has done since the last one is done again when it ends before that. Were the queue of a slow destination long, a slot would need minutes
 * undisturbed to get on at all, and could not be released within the coordinator's patience: up to three checkpoints go by before it has let go.
 *
 * <p>The speed is measured while there is something to do, so a destination that is seldom needed is not taken for slow. Where it is not known the bound is
 * small, and doubles with each queue that is taken soon. Written by the sink's thread; any thread may ask.
 */
final class QueueBound {

    private static final int FIRST_ROWS = 4;
    private static final int MAX_ROWS = 4096;
    private static final long DRAIN_MS = 1_000;

    private volatile int rows = FIRST_ROWS;
    private long lastMs = Long.MIN_VALUE;
    private long busyMs;
    private long takenBefore;

    int rows() {
        return rows;
    }

    /**
     * Measures. Called whenever the sink looks for something to do.
     *
     * @param nowMs milliseconds of a clock that never goes back
     * @param busy whether rows waited for the destination since the last call
     * @param taken how many rows the destination has taken so far
     */
    void observe(long nowMs, boolean busy, long taken) {
        if (busy && lastMs != Long.MIN_VALUE) {
            busyMs += nowMs - lastMs;
        }
        lastMs = nowMs;
        long fresh = taken - takenBefore;
        if (fresh >= rows || busyMs >= DRAIN_MS) {
            long inTime = fresh * DRAIN_MS / Math.max(1, busyMs);
            rows = (int) Math.max(1, Math.min(inTime, Math.min(2L * rows, MAX_ROWS)));
            busyMs = 0;
            takenBefore = taken;
        }
    }
}
