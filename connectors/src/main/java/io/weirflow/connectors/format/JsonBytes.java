package io.weirflow.connectors.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the ends of JSON values in bytes, eight bytes at a time. Every method returns the position behind what it passed over, or
 * {@link #GIVE_UP}: then the value is malformed, or rare enough to be left to a full parser. What is passed over is well-formed, but it may
 * reach beyond the end of the record, up to the end of the array: callers compare.
 *
 * <p>Bytes are found in words as in "Bit Twiddling Hacks" (S. E. Anderson): of the bytes that a test marks, the lowest is right.
 */
final class JsonBytes {

    static final int GIVE_UP = -1;

    /** So deep may a value be nested that is passed over here; much less than a full parser takes. */
    private static final int MAX_DEPTH = 32;

    /** Numbers as long as that are left to others. */
    private static final int MAX_NUMBER_CHARS = 100;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long TRUE = chars("true");
    private static final long FALSE = chars("false");
    private static final long NULL = chars("null");

    private JsonBytes() {}

    /** Returns the first eight characters of an ASCII text as {@link #word} would. */
    private static long chars(String text) {
        long word = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            word = word << 8 | text.charAt(i);
        }
        return word;
    }

    /** Returns eight bytes, the first one lowest; zeros behind the end of the array. */
    static long word(byte[] bytes, int at) {
        return at <= bytes.length - Long.BYTES ? (long) WORDS.get(bytes, at) : lastWord(bytes, at);
    }

    private static long lastWord(byte[] bytes, int at) {
        long word = 0;
        for (int i = bytes.length - 1; i >= at; i--) {
            word = word << 8 | (bytes[i] & 0xFF);
        }
        return word;
    }

    /** Passes over white space; stops at the end of the record. */
    static int space(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /**
     * Passes over the inside of a string until a byte that is not ordinary: a quote, a backslash, a control character, a byte beyond ASCII, or
     * the end of the array.
     */
    static int ordinary(byte[] bytes, int start) {
        int at = start;
        while (true) {
            long word = word(bytes, at);
            long quote = word ^ ('"' * ONES);
            long backslash = word ^ ('\\' * ONES);
            long marked = (((quote - ONES) & ~quote)
                            | ((backslash - ONES) & ~backslash)
                            | ((word - ' ' * ONES) & ~word)
                            | word)
                    & HIGH_BITS;
            if (marked != 0) {
                return at + (Long.numberOfTrailingZeros(marked) >>> 3);
            }
            at += Long.BYTES;
        }
    }

    /** Passes over a string, from behind its first quote to behind its last. */
    static int string(byte[] bytes, int start) {
        int at = start;
        while (true) {
            at = ordinary(bytes, at);
            if (at >= bytes.length) {
                return GIVE_UP;
            }
            byte b = bytes[at];
            if (b == '"') {
                return at + 1;
            }
            at = b == '\\' ? escape(bytes, at + 1) : Utf8.next(bytes, at);
            if (at < 0) {
                return GIVE_UP;
            }
        }
    }

    private static int escape(byte[] bytes, int at) {
        if (at >= bytes.length) {
            return GIVE_UP;
        }
        if (bytes[at] != 'u') {
            return "\"\\/bfnrt".indexOf(bytes[at]) >= 0 ? at + 1 : GIVE_UP;
        }
        for (int i = 1; i <= 4; i++) {
            if (at + i >= bytes.length || Character.digit(bytes[at + i], 16) < 0) {
                return GIVE_UP;
            }
        }
        return at + 5;
    }

    /** Passes over {@code true}, {@code false} or {@code null}; what follows is not looked at. */
    static int literal(byte[] bytes, int at) {
        long word = word(bytes, at);
        if ((int) word == (int) TRUE || (int) word == (int) NULL) {
            return at + 4;
        }
        return (word & 0xFF_FFFF_FFFFL) == FALSE ? at + 5 : GIVE_UP;
    }

    /** Passes over any value; the first byte is in the record. */
    static int value(byte[] bytes, int at, int end) {
        byte first = bytes[at];
        if (first == '"') {
            return string(bytes, at + 1);
        }
        return first >= '-' && first <= '9' ? number(bytes, at) : value(bytes, at, end, 0);
    }

    private static int value(byte[] bytes, int at, int end, int depth) {
        if (at >= end) {
            return GIVE_UP;
        }
        return switch (bytes[at]) {
            case '"' -> string(bytes, at + 1);
            case 't', 'f', 'n' -> literal(bytes, at);
            case '{' -> members(bytes, at + 1, end, depth);
            case '[' -> elements(bytes, at + 1, end, depth);
            default -> number(bytes, at);
        };
    }

    private static int members(byte[] bytes, int start, int end, int depth) {
        int at = space(bytes, start, end);
        if (depth == MAX_DEPTH) {
            return GIVE_UP;
        }
        if (at < end && bytes[at] == '}') {
            return at + 1;
        }
        while (true) {
            if (at >= end || bytes[at] != '"') {
                return GIVE_UP;
            }
            at = nextByte(bytes, string(bytes, at + 1), end);
            if (at < 0 || bytes[at] != ':') {
                return GIVE_UP;
            }
            at = nextByte(bytes, value(bytes, space(bytes, at + 1, end), end, depth + 1), end);
            if (at < 0 || bytes[at] == '}') {
                return at < 0 ? GIVE_UP : at + 1;
            }
            if (bytes[at] != ',') {
                return GIVE_UP;
            }
            at = space(bytes, at + 1, end);
        }
    }

    private static int elements(byte[] bytes, int start, int end, int depth) {
        int at = space(bytes, start, end);
        if (depth == MAX_DEPTH) {
            return GIVE_UP;
        }
        if (at < end && bytes[at] == ']') {
            return at + 1;
        }
        while (true) {
            at = nextByte(bytes, value(bytes, at, end, depth + 1), end);
            if (at < 0 || bytes[at] == ']') {
                return at < 0 ? GIVE_UP : at + 1;
            }
            if (bytes[at] != ',') {
                return GIVE_UP;
            }
            at = space(bytes, at + 1, end);
        }
    }

    /** Returns where the next byte is that is not white space, within the record. */
    static int nextByte(byte[] bytes, int behind, int end) {
        if (behind < 0 || behind >= end) {
            return GIVE_UP;
        }
        if (bytes[behind] > ' ') {
            return behind;
        }
        int at = space(bytes, behind, end);
        return at >= end ? GIVE_UP : at;
    }

    private static int number(byte[] bytes, int start) {
        int first = bytes[start] == '-' ? start + 1 : start;
        int at = digits(bytes, first);
        if (at == first || (at > first + 1 && bytes[first] == '0')) {
            return GIVE_UP;
        }
        if (at < bytes.length && bytes[at] == '.') {
            int fraction = at + 1;
            at = digits(bytes, fraction);
            if (at == fraction) {
                return GIVE_UP;
            }
        }
        if (at < bytes.length && (bytes[at] | 0x20) == 'e') {
            int sign = at + 1;
            int exponent = sign < bytes.length && (bytes[sign] == '+' || bytes[sign] == '-') ? sign + 1 : sign;
            at = digits(bytes, exponent);
            if (at == exponent) {
                return GIVE_UP;
            }
        }
        return at - start > MAX_NUMBER_CHARS ? GIVE_UP : at;
    }

    private static int digits(byte[] bytes, int start) {
        int at = start;
        int count = leadingDigits(word(bytes, at));
        while (count == Long.BYTES) {
            at += count;
            count = leadingDigits(word(bytes, at));
        }
        return at + count;
    }

    /** Returns how many bytes of a word are digits before the first that is none. */
    static int leadingDigits(long word) {
        long values = word ^ ('0' * ONES);
        // What is above 9 gets its high bit; the lowest such byte is right whatever is carried upwards.
        long others = (values | (values + 0x76 * ONES)) & HIGH_BITS;
        return Long.numberOfTrailingZeros(others) >>> 3;
    }
}
