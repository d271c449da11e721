package io.weirflow.connectors.format;

/**
 * Parses a decimal number that fits a double or a long without further ado: at most 18 digits before and 18 behind the point, no exponent.
 * Used by one thread; holds the number that was read last.
 */
final class PlainNumber {

    private static final int MAX_DIGITS = 18;
    /** Whole numbers of so many digits, and powers of ten up to 10^22, are doubles exactly; so their quotient is rounded once. */
    private static final int MAX_EXACT_DIGITS = 15;

    private static final long[] POWERS = new long[MAX_DIGITS + 1];
    private static final long ZEROS = 0x3030_3030_3030_3030L;

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private long digits;
    private long whole;
    private long fraction;
    private int wholeDigits;
    private int fractionDigits;
    private boolean negative;

    /** Returns the position behind the number that begins here, or {@link JsonBytes#GIVE_UP}; an exponent is left standing behind it. */
    int read(byte[] bytes, int start) {
        negative = bytes[start] == '-';
        int first = negative ? start + 1 : start;
        int at = digits(bytes, first);
        whole = digits;
        wholeDigits = at - first;
        if (at <= first || (wholeDigits > 1 && bytes[first] == '0')) {
            return JsonBytes.GIVE_UP;
        }
        if (at >= bytes.length || bytes[at] != '.') {
            fractionDigits = 0;
            return at;
        }
        int behind = digits(bytes, at + 1);
        fraction = digits;
        fractionDigits = behind - at - 1;
        return fractionDigits > 0 ? behind : JsonBytes.GIVE_UP;
    }

    /** Reads up to eight digits at a time. Returns the position behind them, or {@link JsonBytes#GIVE_UP} when they are too many. */
    private int digits(byte[] bytes, int start) {
        long value = 0;
        int at = start;
        while (true) {
            long word = JsonBytes.word(bytes, at);
            int count = JsonBytes.leadingDigits(word);
            if (at + count - start > MAX_DIGITS) {
                return JsonBytes.GIVE_UP;
            }
            if (count > 0) {
                value = value * POWERS[count] + eightDigits((word ^ ZEROS) << (Long.BYTES - count) * Byte.SIZE);
                at += count;
            }
            if (count < Long.BYTES) {
                digits = value;
                return at;
            }
        }
    }

    /** D. Lemire's parse_eight_digits_unrolled: the first digit in the lowest byte; neighbours are joined, two, four, then eight. */
    private static long eightDigits(long word) {
        long pairs = word * 10 + (word >>> 8);
        return ((pairs & 0xFF_0000_00FFL) * (100 + (1_000_000L << 32))
                        + ((pairs >>> 16) & 0xFF_0000_00FFL) * (1 + (10_000L << 32)))
                >>> 32;
    }

    /** Returns whether it was written without a point. */
    boolean isWhole() {
        return fractionDigits == 0;
    }

    /** Returns a whole number. */
    long longValue() {
        return negative ? -whole : whole;
    }

    /** Returns whether {@link #doubleValue} is the double next to it. */
    boolean isExactDouble() {
        boolean negativeZero = negative && whole == 0 && isWhole();
        return wholeDigits + fractionDigits <= MAX_EXACT_DIGITS && !negativeZero;
    }

    double doubleValue() {
        double value =
                isWhole() ? whole : (double) (whole * POWERS[fractionDigits] + fraction) / POWERS[fractionDigits];
        return negative ? -value : value;
    }
}
