package io.weirflow.worker.slot;

import io.weirflow.worker.sink.EffectCounts;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the rows of one step in one slot. Written by the slot's thread only, with plain stores that become visible soon; read by any
 * thread.
 */
public final class StepMetrics {

    private final AtomicLong rowsIn = new AtomicLong();
    private final AtomicLong rowsOut = new AtomicLong();
    private final AtomicLong lateRows = new AtomicLong();
    private final AtomicLong errorRows = new AtomicLong();
    private final EffectCounts effects = new EffectCounts();

    public long rowsIn() {
        return rowsIn.get();
    }

    public long rowsOut() {
        return rowsOut.get();
    }

    public long lateRows() {
        return lateRows.get();
    }

    public long errorRows() {
        return errorRows.get();
    }

    /** Returns what has become of effects; nothing for steps that have none. */
    public EffectCounts effects() {
        return effects;
    }

    void in() {
        bump(rowsIn);
    }

    void out() {
        bump(rowsOut);
    }

    void late() {
        bump(lateRows);
    }

    void error() {
        bump(errorRows);
    }

    /** Counts rows that were counted elsewhere until now. */
    void add(long in, long out) {
        bump(rowsIn, in);
        bump(rowsOut, out);
    }

    private static void bump(AtomicLong counter) {
        bump(counter, 1);
    }

    /** Counts on, where one thread does that. */
    static void bump(AtomicLong counter, long by) {
        counter.lazySet(counter.getPlain() + by);
    }
}
