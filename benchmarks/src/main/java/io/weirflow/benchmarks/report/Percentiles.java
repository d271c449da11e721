package io.weirflow.benchmarks.report;

import java.util.Arrays;

/** Exact percentiles: all values are kept and sorted. Used by one thread. */
public final class Percentiles {

    private long[] values = new long[1024];
    private int size;
    private boolean sorted;

    /** Adds a value. */
    public void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
        sorted = false;
    }

    /** Returns the number of values. */
    public int size() {
        return size;
    }

    /**
     * Returns the smallest value that at least this share of all values does not exceed.
     *
     * @param share above 0, at most 1
     */
    public long at(double share) {
        if (size == 0) {
            throw new IllegalStateException("no values");
        }
        if (!sorted) {
            Arrays.sort(values, 0, size);
            sorted = true;
        }
        int index = (int) Math.ceil(share * size) - 1;
        return values[Math.max(0, Math.min(size - 1, index))];
    }
}
