package io.weirflow.protocol.row;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Parts of the binary form of rows, for code that is made for one row type and keeps its place in an array itself. It must write what
 * {@link RowCodec} does.
 */
public final class RowParts {

    /** What {@link #putWord} takes at most. */
    public static final int MAX_WORD_BYTES = 10;

    /** What {@link #putDouble} takes. */
    public static final int DOUBLE_BYTES = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RowParts() {}

    /** Writes a zig-zag varint; the array must have room. Returns the place after it. */
    public static int putWord(byte[] bytes, int at, long word) {
        long rest = (word << 1) ^ (word >> 63);
        int end = at;
        while ((rest & ~0x7FL) != 0) {
            bytes[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
        return end;
    }

    /** Writes 8 bytes, the highest first; the array must have room. Returns the place after them. */
    public static int putDouble(byte[] bytes, int at, double value) {
        LONG.set(bytes, at, Double.doubleToLongBits(value));
        return at + DOUBLE_BYTES;
    }

    /** Returns what a writer throws when a column that is never NULL is NULL. */
    public static IllegalArgumentException unexpectedNull(int column) {
        return new IllegalArgumentException("column " + column + " is NULL and must not be");
    }
}
