package io.weirflow.api.state;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map of bytes that belongs to one operator in one slot. Keys are ordered as unsigned bytes. Used by the slot's thread only.
 * Changes are durable with the next checkpoint.
 */
public interface StateTable {

    /** Returns the value, or null. The array must not be changed. */
    byte @Nullable [] get(byte[] key);

    /**
     * Says that these keys will be asked for soon, so that those that are not in memory are looked for all at once, which takes less than one by one. A hint:
     * what {@link #get} returns does not depend on it. The keys of the call before are forgotten.
     *
     * @param keys in any order; the arrays must not be changed
     * @return how many were not in memory
     */
    default int prefetch(List<byte[]> keys) {
        return 0;
    }

    /** Sets a value. The table keeps the arrays: do not change them afterwards. */
    void put(byte[] key, byte[] value);

    /**
     * Sets a value to the beginning of an array, which may be changed afterwards. The table keeps the key's array.
     *
     * @param length how much of it, 0 to all of it
     */
    default void put(byte[] key, byte[] buffer, int length) {
        put(key, Arrays.copyOf(buffer, length));
    }

    void delete(byte[] key);

    /**
     * Returns the entries from {@code from} (inclusive) to {@code to} (exclusive; null for the end) in order, as they are when each is
     * reached. The table may be changed while a cursor is open only at keys that it has passed.
     */
    Cursor scan(byte[] from, byte @Nullable [] to);

    /**
     * As {@link #scan}, for a range that may be larger than memory and is not read again soon: what it passes does not drive out of memory what is asked for again and again.
     */
    default Cursor sweep(byte[] from, byte @Nullable [] to) {
        return scan(from, to);
    }

    /** Entries in order. Close it. */
    interface Cursor extends AutoCloseable {
        /** Moves to the next entry; false at the end. */
        boolean next();

        byte[] key();

        /** Returns the key without so many of its first bytes, for tables in which they say the same of all keys that are gone through. */
        default byte[] keyFrom(int start) {
            byte[] key = key();
            return Arrays.copyOfRange(key, start, key.length);
        }

        byte[] value();

        @Override
        void close();
    }
}
