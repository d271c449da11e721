package io.weirflow.worker.call;

import java.util.concurrent.atomic.AtomicLong;

/** What one step counts of its calls. Written by the slot's thread only, with plain stores that become visible soon; read by any. */
public final class CallMetrics {

    private final AtomicLong attempts = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong cacheHits = new AtomicLong();
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();

    /** Returns how often a service was asked. */
    public long attempts() {
        return attempts.get();
    }

    /** Returns how many of these repeated one that had failed. */
    public long retries() {
        return retries.get();
    }

    /** Returns how many calls have failed for good. */
    public long failures() {
        return failures.get();
    }

    /** Returns how many calls were answered from the cache. */
    public long cacheHits() {
        return cacheHits.get();
    }

    /** Returns how many calls have begun whose result has not come back through the log. */
    public long inFlight() {
        return inFlight.get();
    }

    /** Returns how many rows wait for a result, asked about or not. */
    public long waiting() {
        return waiting.get();
    }

    void attempt(boolean again) {
        bump(attempts);
        if (again) {
            bump(retries);
        }
    }

    void failed() {
        bump(failures);
    }

    void cacheHit() {
        bump(cacheHits);
    }

    void now(long newInFlight, long newWaiting) {
        inFlight.setOpaque(newInFlight);
        waiting.setOpaque(newWaiting);
    }

    private static void bump(AtomicLong count) {
        count.setOpaque(count.getPlain() + 1);
    }
}
