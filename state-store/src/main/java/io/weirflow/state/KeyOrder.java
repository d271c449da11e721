package io.weirflow.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Sorts changes by key, as unsigned bytes.
 *
 * <p>Implementation note. A comparison sort of a hundred thousand keys reads each key from memory some twenty times, nearly always past the
 * caches. Here each key is read twice: once for what all keys have in common, once for the eight bytes after that. These are sorted by a radix
 * sort, least significant byte first, that passes over bytes which are the same in all keys; then keys with the same eight bytes are put in
 * order by comparison.
 */
final class KeyOrder {

    private static final int SMALL = 256;
    private static final int RADIX = 256;
    private static final Comparator<Overlay.Entry> BY_KEY = (a, b) -> Arrays.compareUnsigned(a.key, b.key);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private KeyOrder() {}

    /** Sorts by key, in place or not. The keys must differ from each other. */
    static Overlay.Entry[] sorted(Overlay.Entry[] entries) {
        if (entries.length < SMALL) {
            Arrays.sort(entries, BY_KEY);
            return entries;
        }
        int common = commonPrefix(entries);
        long[] words = new long[entries.length];
        long differing = 0;
        for (int i = 0; i < entries.length; i++) {
            words[i] = word(entries[i].key, common);
            differing |= words[i] ^ words[0];
        }
        return sortRuns(entries, words, radixSort(words, differing));
    }

    private static int commonPrefix(Overlay.Entry[] entries) {
        byte[] first = entries[0].key;
        int common = first.length;
        for (Overlay.Entry entry : entries) {
            byte[] key = entry.key;
            int mismatch = Arrays.mismatch(first, 0, common, key, 0, Math.min(common, key.length));
            if (mismatch >= 0) {
                common = mismatch;
            }
        }
        return common;
    }

    /** Returns eight bytes of a key, as a number whose unsigned order is theirs; what is missing counts as 0. */
    private static long word(byte[] key, int from) {
        if (from + Long.BYTES <= key.length) {
            return (long) LONGS.get(key, from);
        }
        long word = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            word = word << Byte.SIZE | (from + i < key.length ? key[from + i] & 0xFF : 0);
        }
        return word;
    }

    /** Returns the places of the words in their unsigned order; the words stay where they are. */
    private static int[] radixSort(long[] words, long differing) {
        int[] from = new int[words.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = i;
        }
        int[] to = new int[words.length];
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            if ((differing >>> shift & 0xFF) == 0) {
                continue;
            }
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
            int[] spare = from;
            from = to;
            to = spare;
        }
        return from;
    }

    private static Overlay.Entry[] sortRuns(Overlay.Entry[] entries, long[] words, int[] places) {
        Overlay.Entry[] sorted = new Overlay.Entry[entries.length];
        int begin = 0;
        for (int i = 0; i < places.length; i++) {
            sorted[i] = entries[places[i]];
            if (i + 1 == places.length || words[places[i]] != words[places[i + 1]]) {
                if (i > begin) {
                    Arrays.sort(sorted, begin, i + 1, BY_KEY);
                }
                begin = i + 1;
            }
        }
        return sorted;
    }
}
