package io.weirflow.state;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The layout of keys in the changelog and in back ends.
 *
 * <p>{@code 0x00 …} belongs to the engine. A table's keys are {@code varint(step + 1) name 0x00 key}: the varint says itself where it ends
 * and never begins with 0x00, and a name holds no 0x00, so no table's prefix begins another's, and the order inside a table is that of its
 * own keys. The layout is persistent: never change it.
 */
public final class StateKeys {

    private static final byte ENGINE = 0x00;
    private static final byte TERMINATOR = 0x00;

    private StateKeys() {}

    /** Returns the changelog key of a slot's progress record. */
    public static byte[] progressKey() {
        return new byte[] {ENGINE, 'p'};
    }

    /** Returns whether a key of the changelog is the engine's own, and so not part of any table. */
    public static boolean isEngineKey(byte[] key) {
        return key.length > 0 && key[0] == ENGINE;
    }

    /** Returns whether this is {@link #progressKey()}. */
    public static boolean isProgressKey(byte[] key) {
        return key.length == 2 && key[0] == ENGINE && key[1] == 'p';
    }

    /**
     * Returns what the keys of a table begin with.
     *
     * @param step the number of the operator in its stage, 0 or more
     * @param name the table's name in the operator; without NUL characters
     */
    static byte[] tablePrefix(int step, String name) {
        if (step < 0) {
            throw new IllegalArgumentException("step is negative: " + step);
        }
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the name of a table contains a NUL character");
        }
        ByteArrayOutputStream prefix = new ByteArrayOutputStream();
        long rest = step + 1L;
        while (rest > 0x7f) {
            prefix.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        prefix.write((int) rest);
        prefix.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        prefix.write(TERMINATOR);
        return prefix.toByteArray();
    }

    /** Returns the first key after all keys with this table prefix: the terminator is 0x00, so raising it by one passes them all. */
    static byte[] endOfPrefix(byte[] prefix) {
        byte[] end = prefix.clone();
        end[end.length - 1]++;
        return end;
    }

    static byte[] concat(byte[] prefix, byte[] key) {
        byte[] joined = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, joined, prefix.length, key.length);
        return joined;
    }
}
