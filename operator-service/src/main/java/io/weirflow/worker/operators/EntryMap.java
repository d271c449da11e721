package io.weirflow.worker.operators;

import io.weirflow.protocol.bytes.KeyOrder;
import io.weirflow.worker.operators.WriteBackCache.Entry;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries by the bytes of their keys: a chained hash table, in which a look-up takes a range of a caller's buffer. By the {@link KeyOrder#rank} it knows a short key, such as that of a number,
 * without reading its bytes.
 */
final class EntryMap<V> {

    private static final int INITIAL_BUCKETS = 16;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private @Nullable Entry<V>[] buckets = new Entry[INITIAL_BUCKETS];

    private int size;

    int size() {
        return size;
    }

    @Nullable
    Entry<V> find(byte[] key, int length, long rank, int hash) {
        Entry<V> entry = buckets[hash & (buckets.length - 1)];
        while (entry != null && (entry.hash != hash || !entry.hasKey(key, length, rank))) {
            entry = entry.next;
        }
        return entry;
    }

    /** Adds an entry whose key is not here. */
    void add(Entry<V> entry) {
        if (size >= buckets.length - (buckets.length >> 2)) {
            resize(buckets.length * 2);
        }
        link(entry);
        size++;
    }

    private void link(Entry<V> entry) {
        int bucket = entry.hash & (buckets.length - 1);
        entry.next = buckets[bucket];
        buckets[bucket] = entry;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void resize(int length) {
        @Nullable Entry<V>[] old = buckets;
        buckets = new Entry[length];
        for (Entry<V> head : old) {
            for (Entry<V> entry = head; entry != null; ) {
                Entry<V> next = entry.next;
                link(entry);
                entry = next;
            }
        }
    }

    /** Returns whether it was there. */
    boolean remove(Entry<V> entry) {
        int bucket = entry.hash & (buckets.length - 1);
        Entry<V> at = buckets[bucket];
        if (at == entry) {
            buckets[bucket] = entry.next;
        } else {
            while (at != null && at.next != entry) {
                at = at.next;
            }
            if (at == null) {
                return false;
            }
            at.next = entry.next;
        }
        size--;
        return true;
    }

    void clear() {
        Arrays.fill(buckets, null);
        size = 0;
    }

    /** Fits the table to what is left: every look at all entries is one at all buckets. */
    void shrink() {
        while (buckets.length > INITIAL_BUCKETS && size < buckets.length >> 3) {
            resize(buckets.length >> 1);
        }
    }

    /** Shows all entries; the one that is shown may be removed. */
    void forEach(Consumer<Entry<V>> action) {
        for (Entry<V> head : buckets) {
            for (Entry<V> entry = head; entry != null; ) {
                Entry<V> next = entry.next;
                action.accept(entry);
                entry = next;
            }
        }
    }
}
