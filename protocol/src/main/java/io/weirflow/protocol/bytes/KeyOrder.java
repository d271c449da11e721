package io.weirflow.protocol.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
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

    /** Keys that lie in arrays, wherever that is. */
    public interface Keys {

        int size();

        /** Returns the array that holds a key, of numbers from 0 on. */
        byte[] array(int index);

        /** Returns where in its array a key begins. */
        int from(int index);

        int keyLength(int index);
    }

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
    private static long word(byte[] key, int from, int end) {
        if (end - from >= Long.BYTES) {
            return (long) LONG.get(key, from);
        }
        long word = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            word = word << Byte.SIZE | (i < end ? key[i] & 0xFF : 0);
        }
        return word;
    }

    /** Sorts items by their keys; those with equal keys stay as they stood. */
    public static <T> void sort(T[] items, Function<? super T, byte[]> key) {
        T[] unsorted = items.clone();
        int[] order = order(new KeysOfItems<>(unsorted, key));
        for (int i = 0; i < order.length; i++) {
            items[i] = unsorted[order[i]];
        }
    }

    private record KeysOfItems<T>(T[] items, Function<? super T, byte[]> key) implements Keys {

        @Override
        public int size() {
            return items.length;
        }

        @Override
        public byte[] array(int index) {
            return key.apply(items[index]);
        }

        @Override
        public int from(int index) {
            return 0;
        }

        @Override
        public int keyLength(int index) {
            return array(index).length;
        }
    }

    /** Returns the numbers of keys in their order; those of equal keys ascend. */
    public static int[] order(Keys keys) {
        if (keys.size() < SMALL) {
            int[] order = ascending(keys.size());
            sort(keys, order, 0, order.length);
            return order;
        }
        int common = commonPrefix(keys);
        long[] words = new long[keys.size()];
        for (int i = 0; i < words.length; i++) {
            int from = keys.from(i);
            words[i] = word(keys.array(i), from + common, from + keys.keyLength(i));
        }
        int[] order = places(words);
        int begin = 0;
        for (int i = 0; i < order.length; i++) {
            if (i + 1 == order.length || words[order[i]] != words[order[i + 1]]) {
                sort(keys, order, begin, i + 1);
                begin = i + 1;
            }
        }
        return order;
    }

    private static int[] ascending(int count) {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
        }
        return numbers;
    }

    /** Sorts a part of an order by comparing keys. */
    private static void sort(Keys keys, int[] order, int from, int to) {
        if (to - from < 2) {
            return;
        }
        Integer[] part = new Integer[to - from];
        for (int i = 0; i < part.length; i++) {
            part[i] = order[from + i];
        }
        Arrays.sort(part, (a, b) -> compare(keys, a, b));
        for (int i = 0; i < part.length; i++) {
            order[from + i] = part[i];
        }
    }

    private static int compare(Keys keys, int a, int b) {
        int fromA = keys.from(a);
        int fromB = keys.from(b);
        return Arrays.compareUnsigned(
                keys.array(a), fromA, fromA + keys.keyLength(a), keys.array(b), fromB, fromB + keys.keyLength(b));
    }

    private static int commonPrefix(Keys keys) {
        byte[] first = keys.array(0);
        int firstFrom = keys.from(0);
        int common = keys.keyLength(0);
        for (int i = 1; i < keys.size(); i++) {
            int from = keys.from(i);
            int compared = Math.min(common, keys.keyLength(i));
            int mismatch = Arrays.mismatch(first, firstFrom, firstFrom + common, keys.array(i), from, from + compared);
            if (mismatch >= 0) {
                common = mismatch;
            }
        }
        return common;
    }

    /** Returns the places of words in their unsigned order. */
    private static int[] places(long[] words) {
        long differing = 0;
        int[] from = ascending(words.length);
        for (long word : words) {
            differing |= word ^ words[0];
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
