package io.weirflow.protocol.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes to write to; reused for many messages. Not safe for use by several threads. */
public final class ByteWriter {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int MAX_VARINT_BYTES = 10;

    private byte[] bytes;
    private int size;

    public ByteWriter(int capacity) {
        bytes = new byte[Math.max(capacity, 16)];
    }

    /** Returns the number of bytes written. */
    public int size() {
        return size;
    }

    /** Forgets what was written. */
    public void reset() {
        size = 0;
    }

    /** Goes back to a former {@link #size()}. */
    public void truncate(int newSize) {
        size = newSize;
    }

    /** Returns the array behind this; valid until the next write. */
    public byte[] array() {
        return bytes;
    }

    /**
     * Makes room for so many bytes and returns the array behind this, to be written to from {@link #size()} on by somebody who says with
     * {@link #wroteUpTo} how far he came.
     */
    public byte[] room(int more) {
        ensure(more);
        return bytes;
    }

    /** Counts what was put into {@link #room} as written. */
    public void wroteUpTo(int newSize) {
        size = newSize;
    }

    /** Returns a copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    public void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Writes 8 bytes, the highest first. */
    public void writeLong(long value) {
        ensure(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** Writes 7 bits a byte, the lowest first; 1 byte for values below 128. Negative values take 10 bytes. */
    public void writeVarLong(long value) {
        ensure(MAX_VARINT_BYTES);
        size = putVarLong(bytes, size, value);
    }

    private static int putVarLong(byte[] bytes, int at, long value) {
        int end = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
        return end;
    }

    public void writeVarInt(int value) {
        writeVarLong(value & 0xFFFF_FFFFL);
    }

    /** Writes a number that may be negative, short when it is near to 0. */
    public void writeZigZag(long value) {
        writeVarLong((value << 1) ^ (value >> 63));
    }

    public void writeBytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /** Writes the length, then the bytes. */
    public void writeBlock(byte[] source) {
        writeVarInt(source.length);
        writeBytes(source, 0, source.length);
    }

    /** Begins a block whose length is not known yet; returns what {@link #endBlock} wants to know. */
    public int beginBlock() {
        writeByte(0);
        return size;
    }

    /** Ends a block: what {@link #writeBlock} would have written of the bytes since stands there now. Returns where they begin. */
    public int endBlock(int begin) {
        int length = size - begin;
        if (length < 128) {
            bytes[begin - 1] = (byte) length;
            return begin;
        }
        int more = (31 - Integer.numberOfLeadingZeros(length)) / 7;
        ensure(more);
        System.arraycopy(bytes, begin, bytes, begin + more, length);
        putVarLong(bytes, begin - 1, length);
        size += more;
        return begin + more;
    }

    /** Writes the length in bytes, then the text in UTF-8. */
    public void writeText(String text) {
        int length = text.length();
        ensure(MAX_VARINT_BYTES + length);
        if (length < 128 && writeShortAscii(text, length)) {
            return;
        }
        writeBlock(text.getBytes(StandardCharsets.UTF_8));
    }

    private boolean writeShortAscii(String text, int length) {
        int at = size + 1;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 128) {
                return false;
            }
            bytes[at + i] = (byte) c;
        }
        bytes[size] = (byte) length;
        size = at + length;
        return true;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            grow(more);
        }
    }

    private void grow(int more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
}
