package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.protocol.bytes.KeyOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decoded values of one range of a table: the keys that begin with a prefix, known here by what follows it.
 *
 * <p>Implementation note. A look-up takes a range of a caller's buffer, so that a hit allocates nothing ({@link EntryMap}). Values are changed in place and only marked; {@link #writeBack()} puts what was marked into the table, once for each checkpoint. A value
 * that comes and goes between two checkpoints therefore never reaches the table. As long as nothing was evicted, and the table was empty
 * to begin with, the cache is <i>complete</i>: what it does not have does not exist, so neither a miss nor a scan reads the table. From the first eviction on a {@link KeyFilter} knows
 * what went there, so that a key that is new still costs no look-up.
 *
 * <p>Values that can be {@linkplain Parts split} save the look-up of a key that comes again, too: the value that was evicted is left where it is, and what comes now goes into a second part, in a table of its own. A third
 * look-up does read, namely that second part, so there is at most twice as much state. Whoever goes through the entries finds both parts.
 *
 * <p>Apart from that, what is in the cache and what in the table is never visible to callers: look-ups, order and content are the same.
 *
 * @param <V> a value, mutable
 */
final class WriteBackCache<V> {

    /** The binary form of values. The same value gives the same bytes. */
    interface ValueCodec<V> {
        void write(V value, ByteWriter out);

        V read(ByteReader in);
    }

    /**
     * Values that may be kept in two parts: one of what came first, one of what came after that.
     *
     * @param secondParts where the second parts are, under the same keys as the first ones
     * @param merger knows which values can be split
     * @param split whether to split values; if not, those that were split before are put together when they are found
     */
    record Parts<V>(StateTable secondParts, PartMerger<V> merger, boolean split) {}

    /** Puts values together that were split. */
    interface PartMerger<V> {

        /** Returns whether what comes may go into a second part. A second part is always small. */
        boolean isSmall(V value);

        /** Adds a second part to a first one. */
        void merge(V first, V second);
    }

    /** A key and its value. */
    static final class Entry<V> {
        final byte[] key;
        final long rank;
        final int hash;
        V value;

        /** The next one in its bucket. */
        @Nullable
        Entry<V> next;

        private boolean dirty;
        private boolean stored;
        private boolean used = true;
        private boolean inFilter;
        private boolean second;
        private int encodedBytes = UNKNOWN_BYTES;

        private Entry(byte[] key, long rank, int hash, V value) {
            this.key = key;
            this.rank = rank;
            this.hash = hash;
            this.value = value;
        }

        boolean hasKey(byte[] array, int length, long rankOfKey) {
            return rank == rankOfKey && (KeyOrder.isWhole(rank) || Arrays.equals(key, 0, key.length, array, 0, length));
        }

        /** Whether this is a second part, beside a first one that is in the table. */
        boolean isSecond() {
            return second;
        }

        private long heapBytes() {
            return OVERHEAD_BYTES + key.length + 2L * encodedBytes;
        }
    }

    /**
     * Entries in the order of keys.
     *
     * @param ranks of the keys, see {@link KeyOrder#rank}: to go through them reads no entry
     */
    record Sorted<V>(Entry<V>[] entries, long[] ranks) {}

    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;
    private static final int OVERHEAD_BYTES = 160;
    private static final int UNKNOWN_BYTES = 32;

    private final StateTable table;
    private final byte[] prefix;
    private final ValueCodec<V> codec;
    private final HeapBudget budget;
    private final ByteWriter encoded = new ByteWriter(64);

    private final EntryMap<V> entries = new EntryMap<>();
    private List<Entry<V>> dirty = new ArrayList<>();
    private boolean complete;

    /** Knows all keys that are in the table and not here; null when it is not known what is there. */
    private final @Nullable KeyFilter filter;

    /** Null when values are never split. */
    private final @Nullable Parts<V> parts;

    /** Knows all keys that are in the table and not here, and whose values must be read before they are changed; null when that goes for all. */
    private final @Nullable KeyFilter toBeRead;

    /** Whether there may be second parts. */
    private boolean hasSecondParts;

    /** Whether what the last look-up did not find belongs into a second part. */
    private boolean missedSecond;

    /** All entries in the order of keys, first parts and second ones, or null when that has to be worked out. */
    private @Nullable List<Sorted<V>> sorted;

    private WriteBackCache(
            StateTable table,
            byte[] prefix,
            ValueCodec<V> codec,
            HeapBudget budget,
            boolean complete,
            @Nullable KeyFilter filter,
            @Nullable Parts<V> parts) {
        this.table = table;
        this.prefix = prefix;
        this.codec = codec;
        this.budget = budget;
        this.complete = complete;
        this.filter = filter;
        this.parts = parts;
        this.toBeRead = filter != null && parts != null && parts.split() ? new KeyFilter(budget) : null;
        this.hasSecondParts = !complete && parts != null && holdsAny(parts.secondParts(), prefix);
    }

    private static boolean holdsAny(StateTable table, byte[] prefix) {
        try (StateTable.Cursor cursor = table.scan(prefix, endOf(prefix))) {
            return cursor.next();
        }
    }

    /**
     * Returns a cache of the keys with a prefix of which the tables hold none yet. It remembers which ones it has evicted, and forgets none of them before it is {@linkplain #drop dropped}: not for
     * caches that live on while their keys come and go.
     */
    static <V> WriteBackCache<V> ofNewRange(
            StateTable table, byte[] prefix, ValueCodec<V> codec, HeapBudget budget, Parts<V> parts) {
        return new WriteBackCache<>(table, prefix, codec, budget, true, new KeyFilter(budget), parts);
    }

    /** Returns a cache of the keys with a prefix, of which the tables may hold any. */
    static <V> WriteBackCache<V> ofRange(
            StateTable table, byte[] prefix, ValueCodec<V> codec, HeapBudget budget, Parts<V> parts) {
        return new WriteBackCache<>(table, prefix, codec, budget, false, null, parts);
    }

    /** Returns a cache of a whole table. */
    static <V> WriteBackCache<V> ofTable(StateTable table, ValueCodec<V> codec, HeapBudget budget) {
        byte[] all = {};
        return new WriteBackCache<>(table, all, codec, budget, !holdsAny(table, all), null, null);
    }

    /** Returns the entry of a key, or null when what comes for it goes into a new one. It may be a {@linkplain Entry#isSecond second part}. */
    @Nullable
    Entry<V> find(byte[] key, int length) {
        long rank = KeyOrder.rank(key, length);
        long hash = hash(key, length, rank);
        Entry<V> entry = entries.find(key, length, rank, bucketHash(hash));
        if (entry != null) {
            entry.used = true;
            budget.hit();
            return entry;
        }
        budget.miss();
        boolean stored = mayBeStored(hash);
        missedSecond = stored && !mustBeRead(hash);
        return stored && !missedSecond ? load(Arrays.copyOf(key, length), rank, bucketHash(hash)) : null;
    }

    /** Whether the table may hold a key that is not on the heap. */
    private boolean mayBeStored(long hash) {
        return !complete && (filter == null || filter.mayContain(hash));
    }

    private boolean mustBeRead(long hash) {
        return toBeRead == null || toBeRead.mayContain(hash);
    }

    /** Returns whether what {@link #find} did not find goes into a second part. */
    boolean missedSecond() {
        return missedSecond;
    }

    /** Returns the entry of a key as a whole, or null, after {@link #find} has said that it has no second part yet. */
    @Nullable
    Entry<V> findWhole(byte[] key, int length) {
        missedSecond = false;
        long rank = KeyOrder.rank(key, length);
        return load(Arrays.copyOf(key, length), rank, bucketHash(hash(key, length, rank)));
    }

    /** Returns whether all there is is on the heap. */
    boolean complete() {
        return complete;
    }

    /** Returns whether there may be second parts. */
    boolean hasSecondParts() {
        return hasSecondParts;
    }

    /** Returns the table of the second parts; null when there are none. */
    private @Nullable StateTable secondParts() {
        return hasSecondParts && parts != null ? parts.secondParts() : null;
    }

    /** Adds a key that will be looked up soon to those that are expected, if the table has to be asked for it. */
    void expect(byte[] key, int length, ExpectedKeys expected) {
        long rank = KeyOrder.rank(key, length);
        long hash = hash(key, length, rank);
        if (!mayBeStored(hash) || !mustBeRead(hash) || entries.find(key, length, rank, bucketHash(hash)) != null) {
            return;
        }
        byte[] tableKey = tableKey(Arrays.copyOf(key, length));
        StateTable secondParts = secondParts();
        if (secondParts != null) {
            expected.add(secondParts, tableKey);
        }
        if (secondParts == null || toBeRead == null) {
            expected.add(table, tableKey);
        }
    }

    /** A short key is spread by multiplication with the golden ratio (Knuth, volume 3, section 6.4). */
    private static long hash(byte[] key, int length, long rank) {
        return KeyOrder.isWhole(rank) ? (rank ^ rank >>> 32) * GOLDEN_RATIO : Hash64.of(key, 0, length, 0);
    }

    private static int bucketHash(long hash) {
        return (int) (hash ^ hash >>> 32);
    }

    private @Nullable Entry<V> load(byte[] key, long rank, int hash) {
        byte[] tableKey = tableKey(key);
        StateTable secondParts = secondParts();
        byte[] second = secondParts == null ? null : secondParts.get(tableKey);
        byte[] value = second == null ? table.get(tableKey) : second;
        if (value == null) {
            return null;
        }
        Entry<V> entry = new Entry<>(key, rank, hash, codec.read(new ByteReader(value)));
        entry.stored = true;
        entry.inFilter = true;
        entry.second = second != null;
        entry.encodedBytes = value.length;
        insert(entry);
        if (entry.second && toBeRead == null) {
            unite(entry);
        }
        return entry;
    }

    /** Makes a second part the whole, with what the table holds of the first. */
    void unite(Entry<V> entry) {
        if (!entry.second || parts == null) {
            return;
        }
        byte[] tableKey = tableKey(entry.key);
        if (entry.stored) {
            parts.secondParts().delete(tableKey);
        }
        byte[] first = table.get(tableKey);
        if (first != null) {
            V whole = codec.read(new ByteReader(first));
            parts.merger().merge(whole, entry.value);
            entry.value = whole;
        }
        entry.second = false;
        entry.stored = first != null;
        entry.inFilter = first != null;
        sorted = null;
        changed(entry);
    }

    /** Adds a key that {@link #find} or {@link #findWhole} did not find. The key is copied. */
    Entry<V> add(byte[] key, int length, V value) {
        long rank = KeyOrder.rank(key, length);
        Entry<V> entry = new Entry<>(Arrays.copyOf(key, length), rank, bucketHash(hash(key, length, rank)), value);
        entry.second = missedSecond;
        hasSecondParts |= missedSecond;
        insert(entry);
        changed(entry);
        return entry;
    }

    private void insert(Entry<V> entry) {
        entries.add(entry);
        sorted = null;
        budget.add(entry.heapBytes());
    }

    /** Says that the value of an entry was changed. */
    void changed(Entry<V> entry) {
        if (!entry.dirty) {
            entry.dirty = true;
            dirty.add(entry);
        }
    }

    /** Removes an entry, which may no longer be used. */
    void remove(Entry<V> entry) {
        if (entry.stored) {
            tableOf(entry).delete(tableKey(entry.key));
        }
        entry.stored = false;
        entry.dirty = false;
        unlink(entry);
    }

    private void unlink(Entry<V> entry) {
        if (entries.remove(entry)) {
            sorted = null;
            budget.add(-entry.heapBytes());
        }
    }

    /**
     * Gives up all entries, for good. A complete cache deletes its keys from the table. Of others the table may hold any number: these stay there, and are for the
     * caller to delete.
     */
    void drop() {
        entries.forEach(entry -> {
            forget(entry);
            budget.add(-entry.heapBytes());
        });
        entries.clear();
        sorted = null;
        dirty = new ArrayList<>();
        if (filter != null) {
            filter.release();
        }
        if (toBeRead != null) {
            toBeRead.release();
        }
    }

    private StateTable tableOf(Entry<V> entry) {
        return entry.second && parts != null ? parts.secondParts() : table;
    }

    /** Puts all changes into the table. */
    void writeBack() {
        for (Entry<V> entry : dirty) {
            if (entry.dirty) {
                store(entry);
            }
        }
        dirty.clear();
    }

    private void store(Entry<V> entry) {
        encoded.reset();
        codec.write(entry.value, encoded);
        tableOf(entry).put(tableKey(entry.key), encoded.toBytes());
        budget.add(-entry.heapBytes());
        entry.encodedBytes = encoded.size();
        budget.add(entry.heapBytes());
        entry.stored = true;
        entry.dirty = false;
    }

    /**
     * Moves entries from the heap to the table.
     *
     * @param onlyIdle keeps those that were looked up since the last call
     */
    void evict(boolean onlyIdle) {
        writeBack();
        entries.forEach(entry -> {
            if (onlyIdle && entry.used) {
                entry.used = false;
            } else {
                remember(entry);
                unlink(entry);
                complete = false;
            }
        });
        entries.shrink();
    }

    /** Says to the filters that an entry is in the table and not here. */
    private void remember(Entry<V> entry) {
        if (filter == null) {
            return;
        }
        boolean isKnown = entry.inFilter || entry.second;
        KeyFilter mustRead = mustBeRead(entry) ? toBeRead : null;
        if (isKnown && mustRead == null) {
            return;
        }
        long hash = hash(entry.key, entry.key.length, entry.rank);
        if (!isKnown) {
            filter.add(hash);
        }
        if (mustRead != null) {
            mustRead.add(hash);
        }
    }

    /** Whether it must be read before it is changed, and that has not been said yet. */
    private boolean mustBeRead(Entry<V> entry) {
        return entry.second ? !entry.inFilter : parts != null && !parts.merger().isSmall(entry.value);
    }

    /**
     * Returns all entries after a key, in the order of keys, from the heap and from the tables: first parts and whole values, and second parts if there are any. Nothing may be added or evicted meanwhile; an
     * entry that was passed may be removed.
     *
     * @param after null for all
     */
    List<EntryCursor<V>> entriesAfter(byte @Nullable [] after) {
        List<Sorted<V>> onHeap = sorted();
        List<EntryCursor<V>> cursors = new ArrayList<>(2);
        cursors.add(new EntryCursor<>(this, onHeap.get(0), after, complete ? null : scanAfter(table, after)));
        StateTable secondParts = secondParts();
        if (secondParts != null) {
            cursors.add(new EntryCursor<>(this, onHeap.get(1), after, scanAfter(secondParts, after)));
        }
        return cursors;
    }

    private StateTable.Cursor scanAfter(StateTable scanned, byte @Nullable [] after) {
        return scanned.sweep(after == null ? prefix : tableKey(after), endOf(prefix));
    }

    private List<Sorted<V>> sorted() {
        List<Sorted<V>> known = sorted;
        if (known == null) {
            List<Entry<V>> firsts = new ArrayList<>(entries.size());
            List<Entry<V>> secondParts = new ArrayList<>();
            entries.forEach(entry -> (entry.second ? secondParts : firsts).add(entry));
            known = List.of(sorted(firsts), sorted(secondParts));
            sorted = known;
        }
        return known;
    }

    private static <V> Sorted<V> sorted(List<Entry<V>> entries) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Entry<V>[] all = entries.toArray(new Entry[0]);
        KeyOrder.sort(all, entry -> entry.key);
        long[] ranks = new long[all.length];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = all[i].rank;
        }
        return new Sorted<>(all, ranks);
    }

    /** Returns an entry for what a scan of the table found; it is not kept. */
    Entry<V> stored(byte[] key, long rank, byte[] value) {
        Entry<V> entry = new Entry<>(key, rank, 0, codec.read(new ByteReader(value)));
        entry.stored = true;
        return entry;
    }

    /** Returns how much longer keys are in the table. */
    int prefixLength() {
        return prefix.length;
    }

    /** Sees to it that what a cursor has passed is not written again. What is in the table is left there unless the cache is complete, see {@link #drop()}. */
    void forget(Entry<V> entry) {
        if (complete && entry.stored) {
            table.delete(tableKey(entry.key));
            entry.stored = false;
        }
        entry.dirty = false;
    }

    private byte[] tableKey(byte[] key) {
        byte[] joined = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, joined, prefix.length, key.length);
        return joined;
    }

    /** The first key after all with the prefix; null for the end of the table. */
    private static byte @Nullable [] endOf(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xFF) {
                byte[] end = Arrays.copyOf(prefix, i + 1);
                end[i]++;
                return end;
            }
        }
        return null;
    }
}
