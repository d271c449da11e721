package io.weirflow.protocol.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Function;

/**
 * The order of keys as unsigned bytes.
 *
 * <p>Implementation note. A comparison sort of many keys reads each from memory some twenty times, mostly past the processor's caches. Here each is
 * read twice: once for what all have in common, once for the eight bytes after that. These are sorted by a radix sort, least significant byte
 * first, which skips bytes that are the same in all keys. Only keys with the same eight bytes are compared.
 */
public final class KeyOrder {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SMALL = 128;
    private static final int RADIX = 256;

    private KeyOrder() {}

    /**
     * Returns a number whose unsigned order is that of keys, as far as it goes: the first seven bytes, with 0 for what is missing, and the number of
     * bytes, at most 8. It tells keys of up to seven bytes apart without fail.
     */
    public static long rank(byte[] key) {
        return rank(key, key.length);
    }

    /** Returns the rank of the first bytes of an array. */
    public static long rank(byte[] array, int length) {
        if (length >= Long.BYTES) {
            return (long) LONG.get(array, 0) & ~0xFFL | Long.BYTES;
        }
        if (array.length < Long.BYTES) {
            return word(array, 0, length) | length;
        }
        // What follows the key is masked out; in two steps, since a shift by 64 is none.
        long mask = -1L << Byte.SIZE << Byte.SIZE * (Long.BYTES - 1 - length);
        return (long) LONG.get(array, 0) & mask | length;
    }

    /** Compares keys whose {@link #rank} is known; mostly it decides, and the keys are not read. */
    public static int compare(byte[] a, long rankOfA, byte[] b, long rankOfB) {
        if (rankOfA != rankOfB) {
            return Long.compareUnsigned(rankOfA, rankOfB);
        }
        return isWhole(rankOfA) ? 0 : Arrays.compareUnsigned(a, b);
    }

    /** Whether keys of this {@link #rank} are all equal. */
    public static boolean isWhole(long rank) {
        return (rank & 0xFF) < Long.BYTES;
    }

    /** Returns eight bytes as a number; what is missing counts as 0. */
    private static long word(byte[] key, int from) {
        return key.length - from >= Long.BYTES ? (long) LONG.get(key, from) : word(key, from, key.length);
    }

    private static long word(byte[] key, int from, int end) {
        long word = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            word = word << Byte.SIZE | (i < end ? key[i] & 0xFF : 0);
        }
        return word;
    }

    /** Sorts items by their keys; those with equal keys stay as they stood. */
    public static <T> void sort(T[] items, Function<? super T, byte[]> key) {
        Comparator<T> byKey = (a, b) -> Arrays.compareUnsigned(key.apply(a), key.apply(b));
        if (items.length < SMALL) {
            Arrays.sort(items, byKey);
            return;
        }
        int common = commonPrefix(items, key);
        long[] words = new long[items.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(key.apply(items[i]), common);
        }
        int[] places = places(words);
        T[] unsorted = items.clone();
        int begin = 0;
        for (int i = 0; i < places.length; i++) {
            items[i] = unsorted[places[i]];
            if (i + 1 == places.length || words[places[i]] != words[places[i + 1]]) {
                if (i > begin) {
                    Arrays.sort(items, begin, i + 1, byKey);
                }
                begin = i + 1;
            }
        }
    }

    private static <T> int commonPrefix(T[] items, Function<? super T, byte[]> keyOf) {
        byte[] first = keyOf.apply(items[0]);
        int common = first.length;
        for (T item : items) {
            byte[] key = keyOf.apply(item);
            int mismatch = Arrays.mismatch(first, 0, common, key, 0, Math.min(common, key.length));
            if (mismatch >= 0) {
                common = mismatch;
            }
        }
        return common;
    }

    /** Returns the places of words in their unsigned order. */
    private static int[] places(long[] words) {
        long differing = 0;
        int[] from = new int[words.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = i;
            differing |= words[i] ^ words[0];
        }
        int[] to = new int[words.length];
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            if ((differing >>> shift & 0xFF) != 0) {
                pass(words, shift, from, to);
                int[] spare = from;
                from = to;
                to = spare;
            }
        }
        return from;
    }

    private static void pass(long[] words, int shift, int[] from, int[] to) {
        int[] starts = new int[RADIX + 1];
        for (long word : words) {
            starts[(int) (word >>> shift & 0xFF) + 1]++;
        }
        for (int i = 1; i <= RADIX; i++) {
            starts[i] += starts[i - 1];
        }
        for (int place : from) {
            to[starts[(int) (words[place] >>> shift & 0xFF)]++] = place;
        }
    }
}
