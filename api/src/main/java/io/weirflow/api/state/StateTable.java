package io.weirflow.api.state;

import org.jspecify.annotations.Nullable;

/**
 * An ordered map of bytes that belongs to one operator in one slot. Keys are ordered as unsigned bytes. Used by the slot's thread only.
 * Changes are durable with the next checkpoint.
 */
public interface StateTable {

    /** Returns the value, or null. The array must not be changed. */
    byte @Nullable [] get(byte[] key);

    /** Sets a value. The table keeps the arrays: do not change them afterwards. */
    void put(byte[] key, byte[] value);

    void delete(byte[] key);

    /**
     * Returns the entries from {@code from} (inclusive) to {@code to} (exclusive; null for the end) in order, as they are when each is
     * reached. The table may be changed while a cursor is open only at keys that it has passed.
     */
    Cursor scan(byte[] from, byte @Nullable [] to);

    /** Entries in order. Close it. */
    interface Cursor extends AutoCloseable {
        /** Moves to the next entry; false at the end. */
        boolean next();

        byte[] key();

        byte[] value();

        @Override
        void close();
    }
}
