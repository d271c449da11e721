package io.weirflow.worker.operators;

/**
 * How much heap the caches of one operator take, roughly, and how much they may. Where hardly any look-up finds a value on the heap, as with keys that come equally often and are far more than there is room for, a large
 * cache only makes work for the collector: then it may take less, and once in a while more again, to see whether that has changed.
 */
final class HeapBudget {

    /** Caches that can give heap back. */
    @FunctionalInterface
    interface Evicting {

        /** @param onlyIdle keeps what was looked up since the last call */
        void evict(boolean onlyIdle);
    }

    private static final long LEAST_BYTES = 2L << 20;

    /** A cache is worth its heap when it has an answer to one look-up in so many. */
    private static final int WORTH_ONE_IN = 8;

    /** After so many evictions at less than the most it gets all once more. */
    private static final int TRIES_AFTER = 256;

    private final long mostBytes;
    private long maxBytes;
    private long usedBytes;
    private long reservedBytes;
    private long hits;
    private long misses;
    private int evictions;

    HeapBudget(long mostBytes) {
        this.mostBytes = mostBytes;
        this.maxBytes = mostBytes;
    }

    void add(long bytes) {
        usedBytes += bytes;
    }

    /** Sets some aside for what is not a cache, up to three quarters of all; false when there is not so much. */
    boolean reserve(long bytes) {
        if (reservedBytes + bytes > mostBytes / 4 * 3) {
            return false;
        }
        reservedBytes += bytes;
        return true;
    }

    /** Gives back what was reserved. */
    void release(long bytes) {
        reservedBytes -= bytes;
    }

    /** A look-up has found a value on the heap. */
    void hit() {
        hits++;
    }

    /** A look-up has found none. */
    void miss() {
        misses++;
    }

    boolean exceeded() {
        return usedBytes > allowedBytes();
    }

    /** Returns whether enough was given back for the next eviction to be far away. */
    boolean relaxed() {
        return usedBytes <= allowedBytes() - allowedBytes() / 4;
    }

    private long allowedBytes() {
        return Math.min(maxBytes, mostBytes - reservedBytes);
    }

    /** Has caches give back until there is room again: first what was idle, and all when that is not enough. */
    void relieve(Evicting caches) {
        caches.evict(true);
        if (!relaxed()) {
            caches.evict(false);
        }
        evicted();
    }

    /** Enough was given back: decides on how much there may be until the next time. */
    void evicted() {
        if (hits * WORTH_ONE_IN >= misses) {
            maxBytes = Math.min(mostBytes, 2 * maxBytes);
        } else {
            maxBytes = Math.max(Math.min(mostBytes, LEAST_BYTES), maxBytes / 2);
        }
        hits = 0;
        misses = 0;
        if (++evictions == TRIES_AFTER) {
            evictions = 0;
            maxBytes = mostBytes;
        }
    }
}
