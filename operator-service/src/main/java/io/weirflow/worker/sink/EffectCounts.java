package io.weirflow.worker.sink;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what has become of effects; safe for use by several threads. Outcomes count once they are durable. */
public final class EffectCounts {

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong notDone = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();

    /** Returns how many effects have happened. */
    public long done() {
        return done.get();
    }

    /** Returns how many attempts have certainly had no effect. */
    public long notDone() {
        return notDone.get();
    }

    /** Returns how many effects were listed because nobody knows whether they have happened. */
    public long unknown() {
        return unknown.get();
    }

    void countDone() {
        done.incrementAndGet();
    }

    void countNotDone() {
        notDone.incrementAndGet();
    }

    void countUnknown() {
        unknown.incrementAndGet();
    }
}
