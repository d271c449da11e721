package io.weirflow.protocol.bytes;

import io.weirflow.protocol.WireFormatException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote. Never reads outside of its range: damaged bytes give a {@link WireFormatException}. Not safe for
 * use by several threads.
 */
public final class ByteReader {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NONE = {};
    private static final int MAX_VARINT_BYTES = 10;

    private byte[] bytes = NONE;
    private int position;
    private int end;

    /** Creates a reader of nothing, to be {@link #wrap}ped. */
    public ByteReader() {}

    public ByteReader(byte[] bytes) {
        wrap(bytes, 0, bytes.length);
    }

    /** Starts to read a range of an array, which must not change meanwhile. */
    public void wrap(byte[] source, int offset, int length) {
        bytes = source;
        position = offset;
        end = offset + length;
    }

    public byte[] array() {
        return bytes;
    }

    /** Returns the index in {@link #array()} of the next byte. */
    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    public int readByte() {
        need(1);
        return bytes[position++];
    }

    /** Reads a byte that is 0 or 1. */
    public boolean readFlag() {
        int value = readByte();
        if ((value & ~1) != 0) {
            throw new WireFormatException("a flag is neither 0 nor 1");
        }
        return value == 1;
    }

    public long readLong() {
        need(Long.BYTES);
        long value = (long) LONG.get(bytes, position);
        position += Long.BYTES;
        return value;
    }

    public long readVarLong() {
        int at = position;
        if (end - at < MAX_VARINT_BYTES) {
            return readVarLongNearEnd();
        }
        byte[] from = bytes;
        long value = from[at++];
        if (value < 0) {
            value &= 0x7F;
            int shift = 7;
            int next;
            do {
                if (shift >= Long.SIZE) {
                    throw new WireFormatException("a number does not end");
                }
                next = from[at++];
                value |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0);
        }
        position = at;
        return value;
    }

    /** Asks before each byte whether there is one. */
    private long readVarLongNearEnd() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new WireFormatException("a number does not end");
    }

    /** Reads a number from 0 to {@link Integer#MAX_VALUE}. */
    public int readVarInt() {
        long value = readVarLong();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new WireFormatException("a number is out of range");
        }
        return (int) value;
    }

    public long readZigZag() {
        long value = readVarLong();
        return (value >>> 1) ^ -(value & 1);
    }

    /** Skips bytes and returns the index in {@link #array()} of the first. */
    public int skip(int length) {
        if (length < 0) {
            throw new WireFormatException("a length is negative");
        }
        need(length);
        int from = position;
        position += length;
        return from;
    }

    /** Reads a length and so many bytes. */
    public byte[] readBlock() {
        int length = readVarInt();
        int from = skip(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** Reads a length and so many bytes of UTF-8. */
    public String readText() {
        int length = readVarInt();
        int from = skip(length);
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    private void need(int length) {
        if (length > end - position) {
            throw new WireFormatException("the bytes end too early");
        }
    }
}
