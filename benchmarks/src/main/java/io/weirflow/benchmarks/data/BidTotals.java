package io.weirflow.benchmarks.data;

import java.util.List;

/** The eight aggregates of the case of sessions and hopping windows. Used by one thread. */
public final class BidTotals {

    /** How many there are. */
    public static final int COLUMNS = 8;

    /** Their names, in order. */
    public static final List<String> NAMES =
            List.of("bids", "total", "lowest", "highest", "cheap", "dear", "first", "last");

    private static final long CHEAP = 10_000;
    private static final long DEAR = 1_000_000;

    private final long[] columns;

    /** Of no bids. */
    public BidTotals() {
        this(new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE});
    }

    /** @param columns in the order of {@link #NAMES} */
    public BidTotals(long[] columns) {
        this.columns = columns;
    }

    /** Returns the values in the order of {@link #NAMES}; the array is this object's own. */
    public long[] columns() {
        return columns;
    }

    /**
     * Adds a bid.
     *
     * @param other the column that {@code first} and {@code last} are the extremes of
     * @return this
     */
    public BidTotals add(long price, long other) {
        columns[0]++;
        columns[1] += price;
        columns[2] = Math.min(columns[2], price);
        columns[3] = Math.max(columns[3], price);
        columns[4] += price < CHEAP ? 1 : 0;
        columns[5] += price >= DEAR ? 1 : 0;
        columns[6] = Math.min(columns[6], other);
        columns[7] = Math.max(columns[7], other);
        return this;
    }

    /**
     * Adds all bids of another.
     *
     * @return this
     */
    public BidTotals merge(BidTotals other) {
        long[] theirs = other.columns;
        columns[0] += theirs[0];
        columns[1] += theirs[1];
        columns[2] = Math.min(columns[2], theirs[2]);
        columns[3] = Math.max(columns[3], theirs[3]);
        columns[4] += theirs[4];
        columns[5] += theirs[5];
        columns[6] = Math.min(columns[6], theirs[6]);
        columns[7] = Math.max(columns[7], theirs[7]);
        return this;
    }
}
