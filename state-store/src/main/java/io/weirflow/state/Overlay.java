package io.weirflow.state;

import io.weirflow.protocol.bytes.KeyOrder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one table since the last freeze, on the heap.
 *
 * <p>Implementation note. Almost all accesses are gets and puts of single keys, so the entries of an {@link EntryStore} are in a chained hash table; each
 * keeps its hash, and one look-up serves a read-modify-write through {@link #find}. Order is needed by few tables, and there only for keys that are new
 * since the last scan: these are put into what was in order before. A table that is never scanned never pays for order. A deleted key stays,
 * without a value, because it hides the key of the layers below.
 *
 * <p>Used by the slot's thread until it is frozen, and read only after that; {@link #putInOrder()} is then called under a lock of whoever has frozen it.
 */
final class Overlay {

    /** What {@link #find} returns for a key that is not here. */
    static final int NONE = -1;

    /** What {@link #lookUp} returns, the very same array, for a key that is not here. */
    static final byte[] UNKNOWN = {};

    /** Bytes that an entry takes beside its key and value: its words, and its share of the buckets. */
    static final int ENTRY_OVERHEAD_BYTES = EntryStore.ENTRY_BYTES + 2 * Integer.BYTES;

    private static final int MIN_BUCKETS = 64;
    private static final int MAX_EXPECTED = 1 << 17;
    private static final byte[] FIRST_KEY = {};
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final EntryStore entries = new EntryStore();

    /** Numbers of entries plus one, 0 for none. */
    private int[] buckets;

    private int changes;
    private long changeBytes;

    /** The entries that there were when they were last put in order. */
    private final EntryOrder order = new EntryOrder(entries);

    Overlay() {
        this(0);
    }

    /** @param expectedSize saves growing up to this number of entries; any number is right */
    Overlay(int expectedSize) {
        int expected = Math.max(MIN_BUCKETS, Math.min(expectedSize, MAX_EXPECTED));
        buckets = new int[Integer.highestOneBit(expected - 1) << 1];
    }

    int size() {
        return entries.size();
    }

    /** Roughly the heap that is taken. */
    long bytes() {
        return entries.usedBytes() + (long) entries.size() * ENTRY_OVERHEAD_BYTES;
    }

    /** The number of entries that are to be written. */
    int changes() {
        return changes;
    }

    /** The keys and values that are to be written, in bytes. */
    long changeBytes() {
        return changeBytes;
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

    int find(byte[] key, int hash) {
        return entries.find(buckets[hash & buckets.length - 1], key, hash);
    }

    /** Returns the value of a key, null when it is deleted, {@link #UNKNOWN} when it is not here. */
    byte @Nullable [] lookUp(byte[] key, int hash) {
        int entry = find(key, hash);
        return entry == NONE ? UNKNOWN : entries.value(entry);
    }

    private void count(int entry, int sign) {
        if (entries.isChange(entry)) {
            changes += sign;
            changeBytes += sign * (long) (entries.keyLength(entry) + Math.max(0, entries.valueLength(entry)));
        }
    }

    /** Whether a key is here, deleted or not. */
    boolean has(byte[] key, int hash) {
        return find(key, hash) != NONE;
    }

    /** Adds a key, or changes its value; null deletes it. Nothing is known of the layers below. */
    void put(byte[] key, byte @Nullable [] value) {
        int hash = hash(key);
        int entry = find(key, hash);
        if (entry == NONE) {
            add(key, hash, false, value, length(value));
        } else {
            update(entry, value, length(value));
        }
    }

    static int length(byte @Nullable [] value) {
        return value == null ? 0 : value.length;
    }

    /** Changes the value of an entry to so much of an array; null deletes it. */
    void update(int entry, byte @Nullable [] value, int valueLength) {
        count(entry, -1);
        entries.setValue(entry, value, valueLength);
        count(entry, 1);
    }

    /**
     * Adds a key that is not here yet; both arrays are copied.
     *
     * @param absentBelow whether the layers below hold no value for it
     * @param value null when it is deleted
     * @param valueLength how much of the array is the value
     */
    void add(byte[] key, int hash, boolean absentBelow, byte @Nullable [] value, int valueLength) {
        if (entries.size() >= buckets.length - (buckets.length >>> 2)) {
            grow();
        }
        int entry = entries.add(key, hash, absentBelow, value, valueLength);
        link(entry);
        count(entry, 1);
    }

    private void link(int entry) {
        int bucket = entries.hash(entry) & buckets.length - 1;
        entries.setNext(entry, buckets[bucket]);
        buckets[bucket] = entry + 1;
    }

    private void grow() {
        buckets = new int[buckets.length * 2];
        for (int entry = 0; entry < entries.size(); entry++) {
            link(entry);
        }
    }

    /** Puts the entries in order, deleted ones included, as far as they are not. */
    void putInOrder() {
        int known = order.size();
        if (entries.size() - known > known / 2) {
            order.replace(KeyOrder.order(entries));
        } else {
            for (int entry = known; entry < entries.size(); entry++) {
                order.add(entry);
            }
        }
    }

    /** Goes through the entries from a key on, deleted ones included, with the keys that were there at the last call of {@link #putInOrder()}. */
    HeapEntries from(byte[] from) {
        return new InOrder(order.from(from));
    }

    /** Goes through what is to be written, as far as it is in order, with a namespace in front of each key. The change that is shown is always the same object. */
    Iterator<Change> changes(byte[] prefix) {
        return new Changes(order.from(FIRST_KEY), entries.new StoredChange(prefix));
    }

    private final class Changes implements Iterator<Change> {
        private final EntryOrder.Walk walk;
        private final EntryStore.StoredChange shown;
        private int next;

        Changes(EntryOrder.Walk walk, EntryStore.StoredChange shown) {
            this.walk = walk;
            this.shown = shown;
            this.next = nextChange();
        }

        private int nextChange() {
            int entry = walk.next();
            while (entry != NONE && !entries.isChange(entry)) {
                entry = walk.next();
            }
            return entry;
        }

        @Override
        public boolean hasNext() {
            return next != NONE;
        }

        @Override
        public Change next() {
            if (next == NONE) {
                throw new NoSuchElementException();
            }
            shown.show(next);
            next = nextChange();
            return shown;
        }
    }

    private final class InOrder implements HeapEntries {
        private final EntryOrder.Walk walk;
        private int entry = NONE;

        InOrder(EntryOrder.Walk walk) {
            this.walk = walk;
        }

        @Override
        public boolean next() {
            entry = walk.next();
            return entry != NONE;
        }

        @Override
        public byte[] key() {
            return entries.key(entry);
        }

        @Override
        public byte @Nullable [] value() {
            return entries.value(entry);
        }
    }
}
