package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.bytes.KeyOrder;
import io.weirflow.worker.operators.WriteBackCache.Entry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Merges the heap and the table of a {@link WriteBackCache} in the order of keys; for a key in both the heap counts. */
final class EntryCursor<V> implements AutoCloseable {

    private final WriteBackCache<V> cache;
    private final WriteBackCache.Sorted<V> onHeap;
    private final StateTable.@Nullable Cursor stored;
    private int nextOnHeap;
    private byte @Nullable [] nextStored;
    private long nextStoredRank;
    private @Nullable Entry<V> current;
    private long rank;

    EntryCursor(
            WriteBackCache<V> cache,
            WriteBackCache.Sorted<V> onHeap,
            byte @Nullable [] after,
            StateTable.@Nullable Cursor stored) {
        this.cache = cache;
        this.onHeap = onHeap;
        this.stored = stored;
        this.nextOnHeap = after == null ? 0 : firstAfter(onHeap.entries(), after);
        nextStored();
        while (after != null && nextStored != null && Arrays.compareUnsigned(nextStored, after) <= 0) {
            nextStored();
        }
    }

    private static <V> int firstAfter(Entry<V>[] entries, byte[] key) {
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(entries[middle].key, key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void nextStored() {
        if (stored != null && stored.next()) {
            nextStored = stored.keyFrom(cache.prefixLength());
            nextStoredRank = KeyOrder.rank(nextStored);
        } else {
            nextStored = null;
        }
    }

    /** Moves to the next entry; false at the end. */
    boolean next() {
        boolean isOnHeap = nextOnHeap < onHeap.entries().length;
        byte[] fromTable = nextStored;
        if (!isOnHeap && fromTable == null) {
            current = null;
            return false;
        }
        int order = !isOnHeap ? 1 : fromTable == null ? -1 : compareHeap(fromTable);
        if (order <= 0) {
            current = onHeap.entries()[nextOnHeap];
            rank = onHeap.ranks()[nextOnHeap];
            nextOnHeap++;
        } else if (stored != null && fromTable != null) {
            current = cache.stored(fromTable, nextStoredRank, stored.value());
            rank = nextStoredRank;
        }
        if (order >= 0) {
            nextStored();
        }
        return true;
    }

    private int compareHeap(byte[] fromTable) {
        byte[] key = onHeap.entries()[nextOnHeap].key;
        return KeyOrder.compare(key, onHeap.ranks()[nextOnHeap], fromTable, nextStoredRank);
    }

    /** Returns the {@link KeyOrder#rank} of the entry's key. */
    long rank() {
        return rank;
    }

    Entry<V> entry() {
        if (current == null) {
            throw new IllegalStateException("the cursor is not at an entry");
        }
        return current;
    }

    @Override
    public void close() {
        if (stored != null) {
            stored.close();
        }
    }
}
