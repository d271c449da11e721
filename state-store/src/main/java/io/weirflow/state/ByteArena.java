package io.weirflow.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Many small pieces of bytes, one behind the other in a few arrays: what lives until the next checkpoint is then a few objects for the collector and
 * not some for each key. A piece is never moved, and its room is not given back before the arena is dropped.
 *
 * <p>A place is a number: which array, and where in it.
 */
final class ByteArena {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FIRST_BYTES = 512;
    private static final int MAX_BYTES = 256 << 10;

    private byte[][] arrays = new byte[4][];
    private int count;
    private int usedOfLast;
    private long usedBytes;

    /** The room of all pieces in bytes. */
    long usedBytes() {
        return usedBytes;
    }

    /** Makes room for a piece. */
    long allocate(int length) {
        if (count == 0 || arrays[count - 1].length - usedOfLast < length) {
            open(length);
        }
        long place = (long) (count - 1) << Integer.SIZE | usedOfLast;
        usedOfLast += length;
        usedBytes += length;
        return place;
    }

    private void open(int atLeast) {
        if (count == arrays.length) {
            arrays = Arrays.copyOf(arrays, 2 * count);
        }
        int usual = count == 0 ? FIRST_BYTES : Math.min(MAX_BYTES, 2 * arrays[count - 1].length);
        arrays[count++] = new byte[Math.max(atLeast, usual)];
        usedOfLast = 0;
    }

    /** Returns the array that holds the piece at a place. */
    byte[] array(long place) {
        return arrays[(int) (place >>> Integer.SIZE)];
    }

    /** Returns where in its array a piece begins. */
    static int from(long place) {
        return (int) place;
    }

    /** Whether these bytes lie at a place; faster than a comparison of arrays for the few bytes that keys have. */
    boolean isAt(int arrayOfPlace, int from, byte[] piece) {
        byte[] array = arrays[arrayOfPlace];
        int i = 0;
        for (; i + Long.BYTES <= piece.length; i += Long.BYTES) {
            if ((long) LONGS.get(array, from + i) != (long) LONGS.get(piece, i)) {
                return false;
            }
        }
        for (; i < piece.length; i++) {
            if (array[from + i] != piece[i]) {
                return false;
            }
        }
        return true;
    }

    void write(long place, byte[] piece, int length) {
        System.arraycopy(piece, 0, array(place), from(place), length);
    }

    byte[] read(long place, int length) {
        return Arrays.copyOfRange(array(place), from(place), from(place) + length);
    }
}
