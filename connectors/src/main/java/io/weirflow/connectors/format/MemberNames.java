package io.weirflow.connectors.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which column a member of a JSON object is for, by the bytes of its name. Records of one stream mostly name the same members in the same
 * order, so each name remembers which one came after it the last time: a guess that one or two comparisons of words confirm. What is
 * remembered makes nothing but speed. Used by one thread.
 */
final class MemberNames {

    /** The column of a member that is not read. */
    static final int NONE = -1;

    /** So many bytes of a name are compared as words. */
    private static final int IN_WORDS = 2 * Long.BYTES;

    private static final int MAX_NAME_BYTES = 128;

    /** So many names of members that are not read are remembered. */
    private static final int MAX_OTHERS = 64;

    private final Name start = new Name(new byte[0], NONE);
    private final List<Name> names = new ArrayList<>();
    private final int maxNames;
    private Name last = start;

    /** A name in its quotes and the colon behind it, as words. Most names are compared by two. */
    private static final class Name {

        private final byte[] whole;
        private final int length;
        private final int column;
        private final long first;
        private final long firstMask;
        private final long second;
        private final long secondMask;
        private @Nullable Name next;

        Name(byte[] whole, int column) {
            this.whole = whole;
            this.length = whole.length;
            this.column = column;
            this.firstMask = mask(length);
            this.secondMask = mask(length - Long.BYTES);
            this.first = JsonBytes.word(whole, 0);
            this.second = JsonBytes.word(whole, Long.BYTES);
        }

        /** Returns a mask of so many bytes, at most of a word. */
        private static long mask(int bytes) {
            return bytes <= 0 ? 0 : bytes >= Long.BYTES ? -1 : -1L >>> (Long.BYTES - bytes) * Byte.SIZE;
        }

        boolean isAt(byte[] bytes, int at, int end) {
            return at + length <= end
                    && (JsonBytes.word(bytes, at) & firstMask) == first
                    && (secondMask == 0 || (JsonBytes.word(bytes, at + Long.BYTES) & secondMask) == second)
                    && (length <= IN_WORDS || isRestAt(bytes, at));
        }

        private boolean isRestAt(byte[] bytes, int at) {
            return Arrays.equals(whole, IN_WORDS, length, bytes, at + IN_WORDS, at + length);
        }

        /** Compares all but the colon. */
        boolean isQuotedAt(byte[] bytes, int at) {
            return Arrays.equals(whole, 0, length - 1, bytes, at, at + length - 1);
        }
    }

    /** @param columns the name for each column that is read, null for the others; see {@link #supports} */
    MemberNames(@Nullable String[] columns) {
        for (int i = 0; i < columns.length; i++) {
            String column = columns[i];
            if (column != null) {
                byte[] whole = ('"' + column + "\":").getBytes(StandardCharsets.US_ASCII);
                names.add(new Name(whole, i));
            }
        }
        maxNames = names.size() + MAX_OTHERS;
    }

    /** Returns whether a column of this name can be found by bytes: short ASCII that JSON does not escape. */
    static boolean supports(String name) {
        return name.length() <= MAX_NAME_BYTES
                && name.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\');
    }

    /** Begins a record. */
    void begin() {
        last = start;
    }

    /**
     * Reads the name whose first quote is here, and the colon; {@link #column} then tells its column.
     *
     * @return the position behind the colon, or {@link JsonBytes#GIVE_UP}
     */
    int read(byte[] bytes, int at, int end) {
        Name guess = last.next;
        if (guess != null && guess.isAt(bytes, at, end)) {
            last = guess;
            return at + guess.length;
        }
        return search(bytes, at, end);
    }

    /** Returns the column of the name that was read last, or {@link #NONE}. */
    int column() {
        return last.column;
    }

    private int search(byte[] bytes, int at, int end) {
        if (at >= end || bytes[at] != '"') {
            return JsonBytes.GIVE_UP;
        }
        int quote = JsonBytes.ordinary(bytes, at + 1);
        if (quote >= end || bytes[quote] != '"' || quote - at > MAX_NAME_BYTES + 1) {
            return JsonBytes.GIVE_UP;
        }
        int colon = JsonBytes.nextByte(bytes, quote + 1, end);
        if (colon < 0 || bytes[colon] != ':') {
            return JsonBytes.GIVE_UP;
        }
        Name found = find(bytes, at, quote + 1 - at);
        last.next = found;
        last = found;
        return colon + 1;
    }

    /** @param length of the name with its quotes */
    private Name find(byte[] bytes, int at, int length) {
        for (Name name : names) {
            if (name.length == length + 1 && name.isQuotedAt(bytes, at)) {
                return name;
            }
        }
        byte[] whole = Arrays.copyOfRange(bytes, at, at + length + 1);
        whole[length] = ':';
        Name other = new Name(whole, NONE);
        if (names.size() < maxNames) {
            names.add(other);
        }
        return other;
    }
}
