package io.weirflow.state;

import java.util.Arrays;

/**
 * Numbers of entries in the order of their keys. They are in chunks, so that one more is put in its place without moving all that come after it: a
 * join scans again after each row that it adds.
 */
final class EntryOrder {

    /** Entries whose keys can be compared. */
    interface Keys {

        byte[] key(int entry);

        /** Compares the key of an entry with another one, as unsigned bytes. */
        int compare(int entry, byte[] key);
    }

    private static final int CHUNK_ENTRIES = 256;

    /** New chunks are not full, so that there is room for what comes later. */
    private static final int NEW_CHUNK_ENTRIES = CHUNK_ENTRIES - CHUNK_ENTRIES / 4;

    private final Keys keys;

    /** Each holds at least one entry. */
    private int[][] chunks = {};

    private int[] sizes = {};
    private int count;
    private int size;
    private int version;

    EntryOrder(Keys keys) {
        this.keys = keys;
    }

    int size() {
        return size;
    }

    /** Takes all entries anew. */
    void replace(int[] ordered) {
        count = (ordered.length + NEW_CHUNK_ENTRIES - 1) / NEW_CHUNK_ENTRIES;
        chunks = new int[count][];
        sizes = new int[count];
        for (int chunk = 0; chunk < count; chunk++) {
            int from = chunk * NEW_CHUNK_ENTRIES;
            sizes[chunk] = Math.min(NEW_CHUNK_ENTRIES, ordered.length - from);
            chunks[chunk] = Arrays.copyOfRange(ordered, from, from + sizes[chunk]);
        }
        size = ordered.length;
        version++;
    }

    /** Puts an entry, whose key is not here yet, in its place. */
    void add(int entry) {
        byte[] key = keys.key(entry);
        int chunk = chunkOf(key);
        if (chunk == count) {
            insertChunk(count, new int[CHUNK_ENTRIES], 0);
        } else if (sizes[chunk] == CHUNK_ENTRIES) {
            chunk = split(chunk, key);
        } else if (chunks[chunk].length < CHUNK_ENTRIES) {
            chunks[chunk] = Arrays.copyOf(chunks[chunk], CHUNK_ENTRIES);
        }
        int[] entries = chunks[chunk];
        int at = firstFrom(chunk, key);
        System.arraycopy(entries, at, entries, at + 1, sizes[chunk] - at);
        entries[at] = entry;
        sizes[chunk]++;
        size++;
        version++;
    }

    /** Halves a chunk; returns the half for a key. */
    private int split(int chunk, byte[] key) {
        int half = CHUNK_ENTRIES / 2;
        int[] upper = Arrays.copyOfRange(chunks[chunk], half, half + CHUNK_ENTRIES);
        sizes[chunk] = half;
        insertChunk(chunk + 1, upper, CHUNK_ENTRIES - half);
        return keys.compare(upper[0], key) < 0 ? chunk + 1 : chunk;
    }

    private void insertChunk(int at, int[] entries, int entryCount) {
        if (count == chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(4, 2 * count));
            sizes = Arrays.copyOf(sizes, chunks.length);
        }
        System.arraycopy(chunks, at, chunks, at + 1, count - at);
        System.arraycopy(sizes, at, sizes, at + 1, count - at);
        chunks[at] = entries;
        sizes[at] = entryCount;
        count++;
    }

    /** Returns the last chunk that does not begin after a key, or the first chunk. */
    private int chunkOf(byte[] key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (keys.compare(chunks[middle][0], key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }

    /** Returns where in a chunk the first key is that is not before another one. */
    private int firstFrom(int chunk, byte[] key) {
        int low = 0;
        int high = sizes[chunk];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (keys.compare(chunks[chunk][middle], key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns a way through the entries whose keys are not before this one. It goes on where it is when others are added. */
    Walk from(byte[] from) {
        return new Walk(from);
    }

    /** A position in the order. */
    final class Walk {
        private final byte[] from;
        private int chunk;
        private int at;
        private int seen = -1;
        private int last = Overlay.NONE;

        Walk(byte[] from) {
            this.from = from;
        }

        /** Returns the next entry; {@link Overlay#NONE} at the end. */
        int next() {
            if (seen != version) {
                seek();
            }
            while (chunk < count && at == sizes[chunk]) {
                chunk++;
                at = 0;
            }
            if (chunk == count) {
                return Overlay.NONE;
            }
            last = chunks[chunk][at++];
            return last;
        }

        private void seek() {
            seen = version;
            byte[] key = last == Overlay.NONE ? from : keys.key(last);
            chunk = chunkOf(key);
            int first = chunk < count ? firstFrom(chunk, key) : 0;
            at = last == Overlay.NONE ? first : first + 1;
        }
    }
}
