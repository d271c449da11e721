package io.weirflow.benchmarks.data;

/** A 64-bit hash of a row of numbers; the same numbers in another order give another hash. */
public final class RowHash {

    private RowHash() {}

    /** Returns the hash of these columns. */
    public static long of(long... columns) {
        long hash = columns.length;
        for (long column : columns) {
            hash = (hash ^ column) * 0xC2B2AE3D27D4EB4FL;
            hash ^= hash >>> 29;
            hash *= 0x9E3779B185EBCA87L;
            hash ^= hash >>> 32;
        }
        return hash;
    }
}
