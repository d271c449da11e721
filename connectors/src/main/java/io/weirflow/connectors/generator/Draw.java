package io.weirflow.connectors.generator;

/**
 * Random draws that are a function of (seed, event, purpose) and nothing else, so that any event can be made on its own, again, anywhere.
 *
 * <p>The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), applied to each of the
 * three in turn.
 *
 * @param seed of the run
 * @param event the event that draws
 */
record Draw(long seed, long event) {

    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private static long mix(long value) {
        long z = value;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Returns 64 random bits for a purpose. */
    long bits(int purpose) {
        return mix(mix(mix(seed + GAMMA) + event * GAMMA) + purpose * GAMMA);
    }

    /** Returns 0 to {@code bound} − 1. The bias is below 2^-31 for any bound that fits in an int. */
    long below(long bound, int purpose) {
        return Math.floorMod(bits(purpose) >>> 1, bound);
    }

    /** Returns a number from 0 to below 1. */
    double unit(int purpose) {
        return (bits(purpose) >>> 11) * 0x1.0p-53;
    }

    /** Returns lower-case letters. */
    String letters(int length, int purpose) {
        StringBuilder text = new StringBuilder(length);
        long bits = 0;
        for (int i = 0; i < length; i++) {
            // Twelve letters to a draw: 26^12 is below 2^57.
            bits = i % 12 == 0 ? bits(purpose + (i / 12 << 8)) >>> 7 : bits / 26;
            text.append((char) ('a' + bits % 26));
        }
        return text.toString();
    }
}
