package io.weirflow.state;

import org.jspecify.annotations.Nullable;

/** A change of one key, as it lies in memory. Valid until the next one is asked for. */
public interface Change {

    /** The length of the key with its namespace, in bytes. */
    int keyLength();

    /** The length of the value in bytes; below 0 when the key was deleted. */
    int valueLength();

    /** Copies the key with its namespace, as the changelog and the back end hold it, to a place in an array. */
    void copyKey(byte[] target, int at);

    /** Copies the value to a place in an array. */
    void copyValue(byte[] target, int at);

    /** Returns a copy of the key with its namespace. */
    default byte[] key() {
        byte[] key = new byte[keyLength()];
        copyKey(key, 0);
        return key;
    }

    /** Returns a copy of the value; null when the key was deleted. */
    default byte @Nullable [] value() {
        int length = valueLength();
        if (length < 0) {
            return null;
        }
        byte[] value = new byte[length];
        copyValue(value, 0);
        return value;
    }
}
