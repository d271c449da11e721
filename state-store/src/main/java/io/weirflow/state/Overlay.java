package io.weirflow.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one table since the last freeze, on the heap.
 *
 * <p>Implementation note. Almost all accesses are gets and puts of single keys, so the entries are in a chained hash table; each
 * entry keeps its hash, and one lookup serves a read-modify-write through {@link #find}. Order is needed by few tables, and there only
 * for keys that are new since the last scan: these wait in a list and are added to a sorted index when a scan asks for it. A table that
 * is never scanned never pays for order; one that is scanned at every watermark pays once for each new key and nothing for a new value of
 * a known key. A deleted key stays, with a null value, because it hides the key of the layers below.
 *
 * <p>Used by the slot's thread until it is frozen, and read only after that.
 */
final class Overlay {

    /** Bytes that an entry takes beside its key and value: entry, two array headers, its share of the buckets. */
    static final int ENTRY_OVERHEAD_BYTES = 72;

    private static final int MIN_BUCKETS = 64;
    private static final int MAX_EXPECTED = 1 << 17;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** One changed key. */
    static final class Entry {
        final byte[] key;
        final int hash;
        /** The layers below hold no value for the key, so deleting it leaves nothing to write. */
        final boolean absentBelow;

        byte @Nullable [] value;
        private @Nullable Entry next;

        Entry(byte[] key, int hash, boolean absentBelow, byte @Nullable [] value) {
            this.key = key;
            this.hash = hash;
            this.absentBelow = absentBelow;
            this.value = value;
        }

        /** Returns the same change under what follows a prefix of its key, in no table. */
        Entry withoutPrefix(int length) {
            return new Entry(Arrays.copyOfRange(key, length, key.length), 0, absentBelow, value);
        }

        /** Whether there is something to write: false for a key that came and went between two freezes. */
        boolean isChange() {
            return value != null || !absentBelow;
        }
    }

    private @Nullable Entry[] buckets;
    private int size;
    private long bytes;
    private int changes;
    private long changeBytes;

    private @Nullable TreeMap<byte[], Entry> index;
    private final List<Entry> notIndexed = new ArrayList<>();
    private int indexVersion;

    Overlay() {
        this(0);
    }

    /** @param expectedSize saves growing up to this number of entries; any number is right */
    Overlay(int expectedSize) {
        int expected = Math.max(MIN_BUCKETS, Math.min(expectedSize, MAX_EXPECTED));
        buckets = new @Nullable Entry[Integer.highestOneBit(expected - 1) << 1];
    }

    int size() {
        return size;
    }

    /** Roughly the heap that is taken. */
    long bytes() {
        return bytes + (long) size * ENTRY_OVERHEAD_BYTES;
    }

    /** The number of entries that are to be written. */
    int changes() {
        return changes;
    }

    /** The keys and values that are to be written, in bytes. */
    long changeBytes() {
        return changeBytes;
    }

    private void count(Entry entry, int sign) {
        if (entry.isChange()) {
            changes += sign;
            changeBytes += sign * (long) (entry.key.length + lengthOf(entry.value));
        }
    }

    /** Eight bytes at a time, mixed by multiplication with odd constants (those of xxHash64). */
    static int hash(byte[] key) {
        long hash = key.length * 0x9E3779B185EBCA87L;
        int i = 0;
        for (; i + 8 <= key.length; i += 8) {
            hash = (hash ^ (long) LONGS.get(key, i)) * 0xC2B2AE3D27D4EB4FL;
            hash ^= hash >>> 29;
        }
        if (i + 4 <= key.length) {
            hash = (hash ^ (int) INTS.get(key, i)) * 0xC2B2AE3D27D4EB4FL;
            hash ^= hash >>> 29;
            i += 4;
        }
        for (; i < key.length; i++) {
            hash = (hash ^ key[i]) * 0x165667B19E3779F9L;
        }
        hash *= 0x9E3779B185EBCA87L;
        return (int) (hash >>> 32);
    }

    @Nullable
    Entry find(byte[] key, int hash) {
        Entry entry = buckets[hash & (buckets.length - 1)];
        while (entry != null && (entry.hash != hash || !Arrays.equals(entry.key, key))) {
            entry = entry.next;
        }
        return entry;
    }

    void update(Entry entry, byte @Nullable [] value) {
        count(entry, -1);
        bytes += lengthOf(value) - lengthOf(entry.value);
        entry.value = value;
        count(entry, 1);
    }

    /** Adds an entry whose key is not here yet. */
    void add(Entry entry) {
        if (size >= buckets.length - (buckets.length >>> 2)) {
            grow();
        }
        int bucket = entry.hash & (buckets.length - 1);
        entry.next = buckets[bucket];
        buckets[bucket] = entry;
        size++;
        bytes += entry.key.length + lengthOf(entry.value);
        count(entry, 1);
        if (index != null) {
            notIndexed.add(entry);
        }
    }

    private static int lengthOf(byte @Nullable [] value) {
        return value == null ? 0 : value.length;
    }

    private void grow() {
        @Nullable Entry[] old = buckets;
        buckets = new @Nullable Entry[old.length * 2];
        for (Entry first : old) {
            Entry entry = first;
            while (entry != null) {
                Entry next = entry.next;
                int bucket = entry.hash & (buckets.length - 1);
                entry.next = buckets[bucket];
                buckets[bucket] = entry;
                entry = next;
            }
        }
    }

    /** Returns all entries in no particular order. */
    Entry[] entries() {
        Entry[] all = new Entry[size];
        int count = 0;
        for (Entry first : buckets) {
            for (Entry entry = first; entry != null; entry = entry.next) {
                all[count++] = entry;
            }
        }
        return all;
    }

    /**
     * Returns the entries from {@code from} on, deleted ones included, with the keys that were there at the last call of this method. It
     * stays usable when keys are added and when others call this.
     */
    Iterator<Entry> from(byte[] from) {
        NavigableMap<byte[], Entry> sorted = index();
        return new Iterator<>() {
            private int version = indexVersion;
            private Iterator<Entry> entries =
                    sorted.tailMap(from, true).values().iterator();
            private byte @Nullable [] last;

            @Override
            public boolean hasNext() {
                catchUp();
                return entries.hasNext();
            }

            @Override
            public Entry next() {
                catchUp();
                Entry entry = entries.next();
                last = entry.key;
                return entry;
            }

            private void catchUp() {
                if (version != indexVersion) {
                    version = indexVersion;
                    byte[] passed = last;
                    entries = (passed == null ? sorted.tailMap(from, true) : sorted.tailMap(passed, false))
                            .values()
                            .iterator();
                }
            }
        };
    }

    private NavigableMap<byte[], Entry> index() {
        TreeMap<byte[], Entry> sorted = index;
        if (sorted == null) {
            sorted = new TreeMap<>(Arrays::compareUnsigned);
            index = sorted;
            notIndexed.addAll(Arrays.asList(entries()));
        }
        if (!notIndexed.isEmpty()) {
            for (Entry entry : notIndexed) {
                sorted.put(entry.key, entry);
            }
            notIndexed.clear();
            indexVersion++;
        }
        return sorted;
    }
}
