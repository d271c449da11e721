package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.protocol.bytes.KeyOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decoded values of one range of a table: the keys that begin with a prefix, known here by what follows it.
 *
 * <p>Implementation note. A look-up takes a range of a caller's buffer, so that a hit allocates nothing ({@link EntryMap}). Values are changed in place and only marked; {@link #writeBack()} puts what was marked into the table, once for each checkpoint. A value
 * that comes and goes between two checkpoints therefore never reaches the table. As long as nothing was evicted, and the table was empty
 * to begin with, the cache is <i>complete</i>: what it does not have does not exist, so neither a miss nor a scan reads the table. From the first eviction on a {@link KeyFilter} knows
 * what went there, so that a key that is new still costs no look-up.
 *
 * <p>Values that can be {@linkplain Parts split} save the look-up of a key that comes again, too: the value that was evicted is left where it is, and what comes now goes into another part, in a table of its own. Only a key
 * that has all of its parts is read, namely the last one, so there are at most as many times as much state as there are tables. Whoever goes through the entries finds all parts.
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
     * Values that may be kept in parts: one of what came first, others of what came after that.
     *
     * @param tables where the parts are, in the order in which they are begun, each under the same keys
     * @param merger knows which values can be split
     * @param split whether to split values; if not, those that were split before are put together when they are found
     */
    record Parts<V>(List<StateTable> tables, PartMerger<V> merger, boolean split) {

        /** Returns where values are that are never split. */
        static <V> Parts<V> none(StateTable table) {
            return new Parts<>(List.of(table), new NeverSplit<>(), false);
        }

        /** Returns how many parts of a key can be begun without a look at those before. */
        private int most() {
            return split ? tables.size() : 1;
        }
    }

    /** Puts values together that were split. */
    interface PartMerger<V> {

        /** Returns whether what comes may go into another part. Parts after the first are always small. */
        boolean isSmall(V value);

        /** Adds a part to those before it. */
        void merge(V before, V part);
    }

    private static final class NeverSplit<V> implements PartMerger<V> {
        @Override
        public boolean isSmall(V value) {
            return false;
        }

        @Override
        public void merge(V before, V part) {
            throw new IllegalStateException("a value that is never split has no parts");
        }
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

        /** The number of its table. */
        private int part;

        /** So many filters, from the first one on, know the key. */
        private int knownTo;

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

        /** Whether this is a part of the key's value, beside those that are in the tables. */
        boolean isPart() {
            return part > 0;
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

    /** A mistake of the only filter is a look-up for nothing. */
    private static final int BITS_OF_ONE_FILTER = 12;

    /** A mistake of one of several is one part too many, and it takes mistakes of all of them for a look-up. */
    private static final int BITS_OF_SEVERAL_FILTERS = 8;

    private final Parts<V> parts;
    private final byte[] prefix;
    private final ValueCodec<V> codec;
    private final HeapBudget budget;
    private final ByteWriter encoded = new ByteWriter(64);

    private final EntryMap<V> entries = new EntryMap<>();
    private List<Entry<V>> dirty = new ArrayList<>();
    private boolean complete;

    /**
     * One for each part that can be begun without a look: knows all keys that are not here and of which there is such a part, or which must be read. Empty when it is not known what is in the tables.
     */
    private final List<KeyFilter> filters;

    /** Only so many tables, from the first one on, may hold anything. */
    private int usedTables;

    /** Which part what the last look-up did not find belongs into. */
    private int missedPart;

    /** All entries in the order of keys, for each of the used tables, or null when that has to be worked out. */
    private @Nullable List<Sorted<V>> sorted;

    private WriteBackCache(
            Parts<V> parts,
            byte[] prefix,
            ValueCodec<V> codec,
            HeapBudget budget,
            boolean complete,
            List<KeyFilter> filters) {
        this.parts = parts;
        this.prefix = prefix;
        this.codec = codec;
        this.budget = budget;
        this.complete = complete;
        this.filters = filters;
        this.usedTables = complete ? 1 : usedTables();
    }

    private int usedTables() {
        int used = parts.tables().size();
        while (used > 1 && !holdsAny(table(used - 1), prefix)) {
            used--;
        }
        return used;
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
    static <V> WriteBackCache<V> ofNewRange(Parts<V> parts, byte[] prefix, ValueCodec<V> codec, HeapBudget budget) {
        int bits = parts.most() == 1 ? BITS_OF_ONE_FILTER : BITS_OF_SEVERAL_FILTERS;
        List<KeyFilter> filters = Stream.generate(() -> new KeyFilter(budget, bits))
                .limit(parts.most())
                .toList();
        return new WriteBackCache<>(parts, prefix, codec, budget, true, filters);
    }

    /** Returns a cache of the keys with a prefix, of which the tables may hold any. */
    static <V> WriteBackCache<V> ofRange(Parts<V> parts, byte[] prefix, ValueCodec<V> codec, HeapBudget budget) {
        return new WriteBackCache<>(parts, prefix, codec, budget, false, List.of());
    }

    /** Returns a cache of a whole table. */
    static <V> WriteBackCache<V> ofTable(StateTable table, ValueCodec<V> codec, HeapBudget budget) {
        byte[] all = {};
        return new WriteBackCache<>(Parts.none(table), all, codec, budget, !holdsAny(table, all), List.of());
    }

    /** Returns the entry of a key, or null when what comes for it goes into a new one. It may be a {@linkplain Entry#isPart part}. */
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
        int free = freePart(hash);
        boolean toBeRead = !complete && free == filters.size();
        missedPart = toBeRead ? 0 : free;
        return toBeRead ? load(Arrays.copyOf(key, length), rank, bucketHash(hash), free) : null;
    }

    /** Returns the first part that the tables do not hold of a key that is not on the heap, or the number of filters when they may hold all, or when it must be read. */
    private int freePart(long hash) {
        int part = 0;
        while (!complete && part < filters.size() && filters.get(part).mayContain(hash)) {
            part++;
        }
        return part;
    }

    /** Returns whether what {@link #find} did not find goes into a part of its own, beside those that are in the tables. */
    boolean missedPart() {
        return missedPart > 0;
    }

    /** Returns the entry of a key as a whole, or null, after {@link #find} has said that there may be parts of it. */
    @Nullable
    Entry<V> findWhole(byte[] key, int length) {
        long rank = KeyOrder.rank(key, length);
        Entry<V> entry = load(Arrays.copyOf(key, length), rank, bucketHash(hash(key, length, rank)), missedPart);
        missedPart = 0;
        if (entry != null) {
            unite(entry);
        }
        return entry;
    }

    /** Returns whether all there is is on the heap. */
    boolean complete() {
        return complete;
    }

    /** Returns the tables that may hold anything. */
    List<StateTable> tables() {
        return parts.tables().subList(0, usedTables);
    }

    private StateTable table(int part) {
        return parts.tables().get(part);
    }

    /** Adds a key that will be looked up soon to those that are expected, if the tables have to be asked for it. */
    void expect(byte[] key, int length, ExpectedKeys expected) {
        long rank = KeyOrder.rank(key, length);
        long hash = hash(key, length, rank);
        if (complete || freePart(hash) < filters.size() || entries.find(key, length, rank, bucketHash(hash)) != null) {
            return;
        }
        byte[] tableKey = tableKey(Arrays.copyOf(key, length));
        // With filters it is mostly in the last one. Without them it may be in any.
        int first = filters.isEmpty() ? 0 : usedTables - 1;
        for (int part = first; part < usedTables; part++) {
            expected.add(table(part), tableKey);
        }
    }

    /** A short key is spread by multiplication with the golden ratio (Knuth, volume 3, section 6.4). */
    private static long hash(byte[] key, int length, long rank) {
        return KeyOrder.isWhole(rank) ? (rank ^ rank >>> 32) * GOLDEN_RATIO : Hash64.of(key, 0, length, 0);
    }

    private static int bucketHash(long hash) {
        return (int) (hash ^ hash >>> 32);
    }

    /**
     * Reads the last part that there is of a key.
     *
     * @param knownTo so many filters know it
     */
    private @Nullable Entry<V> load(byte[] key, long rank, int hash, int knownTo) {
        byte[] tableKey = tableKey(key);
        int part = usedTables - 1;
        byte[] value = table(part).get(tableKey);
        while (value == null && part > 0) {
            value = table(--part).get(tableKey);
        }
        if (value == null) {
            return null;
        }
        Entry<V> entry = new Entry<>(key, rank, hash, codec.read(new ByteReader(value)));
        entry.stored = true;
        entry.part = part;
        entry.knownTo = knownTo;
        entry.encodedBytes = value.length;
        insert(entry);
        if (filters.isEmpty()) {
            unite(entry);
        }
        return entry;
    }

    /** Makes a part the whole, with what the tables hold of those before. */
    void unite(Entry<V> entry) {
        if (entry.part == 0) {
            return;
        }
        byte[] tableKey = tableKey(entry.key);
        if (entry.stored) {
            table(entry.part).delete(tableKey);
        }
        for (int part = entry.part - 1; part >= 0; part--) {
            byte[] stored = table(part).get(tableKey);
            if (stored != null) {
                V before = codec.read(new ByteReader(stored));
                parts.merger().merge(before, entry.value);
                entry.value = before;
                if (part > 0) {
                    table(part).delete(tableKey);
                }
            }
            entry.stored = stored != null;
        }
        entry.part = 0;
        sorted = null;
        changed(entry);
    }

    /** Adds a key that {@link #find} or {@link #findWhole} did not find. The key is copied. */
    Entry<V> add(byte[] key, int length, V value) {
        long rank = KeyOrder.rank(key, length);
        Entry<V> entry = new Entry<>(Arrays.copyOf(key, length), rank, bucketHash(hash(key, length, rank)), value);
        entry.part = missedPart;
        entry.knownTo = missedPart;
        usedTables = Math.max(usedTables, missedPart + 1);
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
            table(entry.part).delete(tableKey(entry.key));
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
        filters.forEach(KeyFilter::release);
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
        table(entry.part).put(tableKey(entry.key), encoded.array(), encoded.size());
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

    /** Says to the filters that an entry is in its table and not here. */
    private void remember(Entry<V> entry) {
        int needed = mustBeRead(entry) ? filters.size() : Math.min(entry.part + 1, filters.size());
        if (entry.knownTo < needed) {
            long hash = hash(entry.key, entry.key.length, entry.rank);
            for (int part = entry.knownTo; part < needed; part++) {
                filters.get(part).add(hash);
            }
            entry.knownTo = needed;
        }
    }

    /** Whether what comes for a key must not go into another part. */
    private boolean mustBeRead(Entry<V> entry) {
        return entry.part == 0 && filters.size() > 1 && !parts.merger().isSmall(entry.value);
    }

    /**
     * Returns all entries after a key, in the order of keys, from the heap and from the tables: a cursor for each table, in the order of parts. Nothing may be added or evicted meanwhile; an
     * entry that was passed may be removed.
     *
     * @param after null for all
     */
    List<EntryCursor<V>> entriesAfter(byte @Nullable [] after) {
        List<Sorted<V>> onHeap = sorted();
        List<EntryCursor<V>> cursors = new ArrayList<>(usedTables);
        for (int part = 0; part < usedTables; part++) {
            StateTable.Cursor stored = complete ? null : scanAfter(table(part), after);
            cursors.add(new EntryCursor<>(this, onHeap.get(part), after, stored));
        }
        return cursors;
    }

    private StateTable.Cursor scanAfter(StateTable scanned, byte @Nullable [] after) {
        return scanned.sweep(after == null ? prefix : tableKey(after), endOf(prefix));
    }

    private List<Sorted<V>> sorted() {
        List<Sorted<V>> known = sorted;
        if (known == null) {
            List<List<Entry<V>>> byPart = new ArrayList<>();
            for (int part = 0; part < usedTables; part++) {
                byPart.add(new ArrayList<>(part == 0 ? entries.size() : 0));
            }
            entries.forEach(entry -> byPart.get(entry.part).add(entry));
            known = byPart.stream().map(WriteBackCache::sorted).toList();
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
            table(entry.part).delete(tableKey(entry.key));
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
