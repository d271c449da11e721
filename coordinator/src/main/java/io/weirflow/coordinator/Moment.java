package io.weirflow.coordinator;

/**
 * The time of one look at how things are. Whoever decides asks it whether a time has come, and it remembers the first of those that have not: until then,
 * a look at the same facts finds the same.
 */
final class Moment {

    private final long nowMs;
    private long nextMs = Long.MAX_VALUE;

    Moment(long nowMs) {
        this.nowMs = nowMs;
    }

    boolean hasCome(long timeMs) {
        if (nowMs >= timeMs) {
            return true;
        }
        nextMs = Math.min(nextMs, timeMs);
        return false;
    }

    /** Returns the first of the times that were asked for and have not come. */
    long nextMs() {
        return nextMs;
    }
}
