package io.weirflow.worker.operators;

import java.util.ArrayList;
import java.util.List;

/**
 * Remembers which keys there may be: never denies one that was added, and takes a few others for one that was. It grows with what is added, by some bits for
 * each key and up to four times that for room, as long as the budget allows; after that it answers ever more often that a key may be there. Used by the slot's thread.
 *
 * <p>Implementation note. A series of Bloom filters, each larger than all before (Almeida, Baquero, Preguiça, Hutchison: Scalable Bloom Filters, 2007). The bits of a key are all in
 * one cache line, one in each of its eight words (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007; the constants are those of Parquet's split block filter).
 */
final class KeyFilter {

    private static final int[] SALTS = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private static final int BLOCK_WORDS = SALTS.length;
    private static final int BLOCK_BITS = BLOCK_WORDS * Long.SIZE;

    /** A mistake of any part is one of the whole: small parts, which hardly count, have so many bits for a key that they make none. */
    private static final int SMALL_BITS_PER_KEY = 24;

    private static final int BIT_SHIFT = Integer.SIZE - 6;
    private static final long MIX = 0xFF51AFD7ED558CCDL;

    private static final int FIRST_BLOCKS = 4;
    private static final int GROWTH = 4;
    private static final int LARGE_BLOCKS = 1 << 14;
    private static final int MOST_BLOCKS = 1 << 22;

    private final HeapBudget budget;
    private final int bitsPerKey;

    /** The largest comes last. */
    private final List<long[]> parts = new ArrayList<>();

    /** Keys that the last part can take. */
    private int room;

    /** Something was added for which there was no memory at all. */
    private boolean knowsNothing;

    /** @param bitsPerKey with 12 it takes one or two others in a hundred for one that was added, with 8 four or five */
    KeyFilter(HeapBudget budget, int bitsPerKey) {
        this.budget = budget;
        this.bitsPerKey = bitsPerKey;
    }

    /** Adds a key by its hash, of which all bits count. */
    void add(long hash) {
        if (room == 0 && !knowsNothing) {
            grow();
        }
        if (parts.isEmpty()) {
            knowsNothing = true;
        } else {
            room = Math.max(0, room - 1);
            set(parts.get(parts.size() - 1), mixed(hash));
        }
    }

    /** Every part is one more place to look into, so there are few: each has four times the room of the one before, or less when there is no memory for that. Without any the last one takes more than it should. */
    private void grow() {
        if (parts.isEmpty()) {
            boolean unused = addPart(FIRST_BLOCKS);
            return;
        }
        int last = parts.get(parts.size() - 1).length / BLOCK_WORDS;
        int blocks = Math.min(MOST_BLOCKS, GROWTH * last);
        while (blocks >= last && !addPart(blocks)) {
            blocks /= 2;
        }
    }

    private boolean addPart(int blocks) {
        if (!budget.reserve((long) blocks * BLOCK_WORDS * Long.BYTES)) {
            return false;
        }
        parts.add(new long[blocks * BLOCK_WORDS]);
        room = blocks * (BLOCK_BITS / (blocks < LARGE_BLOCKS ? SMALL_BITS_PER_KEY : bitsPerKey));
        return true;
    }

    /** Whether a key with this hash may have been added. */
    boolean mayContain(long hash) {
        if (knowsNothing) {
            return true;
        }
        long mixed = mixed(hash);
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (isSet(parts.get(i), mixed)) {
                return true;
            }
        }
        return false;
    }

    private static long mixed(long hash) {
        long mixed = (hash ^ hash >>> 33) * MIX;
        return mixed ^ mixed >>> 33;
    }

    private static int block(long[] words, long mixed) {
        return (int) (mixed >>> Integer.SIZE) * BLOCK_WORDS & words.length - 1;
    }

    private static void set(long[] words, long mixed) {
        int block = block(words, mixed);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            words[block + i] |= 1L << ((int) mixed * SALTS[i] >>> BIT_SHIFT);
        }
    }

    private static boolean isSet(long[] words, long mixed) {
        int block = block(words, mixed);
        for (int i = 0; i < BLOCK_WORDS; i++) {
            if ((words[block + i] & 1L << ((int) mixed * SALTS[i] >>> BIT_SHIFT)) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Gives its memory up. From here on it knows nothing. */
    void release() {
        for (long[] part : parts) {
            budget.release((long) part.length * Long.BYTES);
        }
        parts.clear();
        knowsNothing = true;
    }
}
