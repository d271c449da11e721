package io.weirflow.worker.operators;

/** How much heap the caches of one operator take, roughly, and how much they may. */
final class HeapBudget {

    /** Room for some hundred thousand groups of a few numbers each. */
    static final long DEFAULT_BYTES = 48L << 20;

    private final long maxBytes;
    private long usedBytes;

    HeapBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    void add(long bytes) {
        usedBytes += bytes;
    }

    boolean exceeded() {
        return usedBytes > maxBytes;
    }

    /** Returns whether enough was given back for the next eviction to be far away. */
    boolean relaxed() {
        return usedBytes <= maxBytes - maxBytes / 4;
    }
}
