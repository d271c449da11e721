package io.weirflow.worker.operators;

/** How much heap the caches of one operator take, roughly, and how much they may. */
final class HeapBudget {

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
