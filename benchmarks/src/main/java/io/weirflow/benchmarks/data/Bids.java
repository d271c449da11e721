package io.weirflow.benchmarks.data;

import java.util.List;

/**
 * Generates bids: 100,000 auctions, half of the bids on 1 % of them. Each bid follows from its number and the seed alone, so data can be made
 * again, checked and made in parts. Event time advances evenly and never goes back.
 *
 * @param seed of all choices
 * @param perSecond bids per second of event time, at least 1
 * @param keys when not 0, so many auctions with equally many bids each, in an order that is as good as random
 */
public record Bids(long seed, long perSecond, int keys) {

    /** 2026-01-01T00:00:00Z. */
    public static final long START_MS = 1_767_225_600_000L;

    /** Auctions from here on only close windows; see {@link #closing}. */
    public static final long FIRST_CLOSING_AUCTION = 1_000_000_000_000L;

    private static final long FIRST_AUCTION = 1_000;
    private static final int AUCTIONS = 100_000;
    private static final int HOT_AUCTIONS = AUCTIONS / 100;
    private static final long FIRST_BIDDER = 1_000;
    private static final int BIDDERS = 50_000;
    private static final long HOUR_MS = 3_600_000;
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final long FIRST_FACTOR = 0xBF58476D1CE4E5B9L;
    private static final long SECOND_FACTOR = 0x94D049BB133111EBL;
    private static final List<String> CHANNELS =
            List.of("Google", "Facebook", "Baidu", "Apple", "channel-17", "channel-4711", "channel-99", "channel-2026");

    /** As many auctions as usual, half of the bids on 1 % of them. */
    public Bids(long seed, long perSecond) {
        this(seed, perSecond, 0);
    }

    /** Returns the bid of this number. */
    public Bid bid(long number) {
        long bits = mix(seed + number * MIX);
        int choice = (int) (bits >>> 33);
        boolean hot = (bits & 1) == 0;
        long skewed = hot ? choice % HOT_AUCTIONS : HOT_AUCTIONS + choice % (AUCTIONS - HOT_AUCTIONS);
        long auction = keys == 0 ? skewed : shuffled(number % keys);
        long more = mix(bits);
        // Prices spread over five decades, as in NEXMark: many small ones, few large ones.
        double exponent = (more >>> 11) * 0x1.0p-53 * 5;
        long price = (long) (Math.pow(10, exponent) * 100);
        long third = mix(more);
        return new Bid(
                number,
                FIRST_AUCTION + auction,
                FIRST_BIDDER + (third >>> 40) % BIDDERS,
                price,
                CHANNELS.get((int) (third & 7)),
                timeMs(number));
    }

    /**
     * Returns where a number below {@code keys} stands in another order of these numbers, so that all keys come once before any comes again. Each step, and so
     * all of them, maps the numbers of so many bits one to one; a result that is too large goes through once more, and ends below in time
     * (cycle walking: Black and Rogaway, Ciphers with Arbitrary Finite Domains, 2002).
     */
    private long shuffled(long number) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(keys - 1L);
        long mask = (1L << bits) - 1;
        long place = number;
        do {
            place = place * MIX & mask;
            place ^= place >>> bits / 2 + 1;
            place = place * FIRST_FACTOR & mask;
            place ^= place >>> bits / 2 + 1;
            place = place * SECOND_FACTOR & mask;
        } while (place >= keys);
        return place;
    }

    /** Returns the event time of the bid of this number. */
    public long timeMs(long number) {
        return START_MS + number * 1_000 / perSecond;
    }

    /**
     * Returns a row that is an hour later than all of the data, and so closes all windows of the data in whatever partition it is read.
     *
     * @param rows of the data
     */
    public Bid closing(long rows, int index) {
        return new Bid(rows + index, FIRST_CLOSING_AUCTION + index, 0, 0, "", timeMs(rows) + HOUR_MS);
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * FIRST_FACTOR;
        z = (z ^ (z >>> 27)) * SECOND_FACTOR;
        return z ^ (z >>> 31);
    }
}
