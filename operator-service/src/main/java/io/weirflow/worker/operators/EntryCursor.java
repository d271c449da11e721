package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import io.weirflow.worker.operators.WriteBackCache.Entry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Merges the heap and the table of a {@link WriteBackCache} in the order of keys; for a key in both the heap counts. */
final class EntryCursor<V> implements AutoCloseable {

    private final WriteBackCache<V> cache;
    private final Entry<V>[] onHeap;
    private final StateTable.@Nullable Cursor stored;
    private int nextOnHeap;
    private byte @Nullable [] nextStored;
    private @Nullable Entry<V> current;

    EntryCursor(
            WriteBackCache<V> cache, Entry<V>[] onHeap, byte @Nullable [] after, StateTable.@Nullable Cursor stored) {
        this.cache = cache;
        this.onHeap = onHeap;
        this.stored = stored;
        this.nextOnHeap = after == null ? 0 : firstAfter(onHeap, after);
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
        nextStored = stored != null && stored.next() ? cache.withoutPrefix(stored.key()) : null;
    }

    /** Moves to the next entry; false at the end. */
    boolean next() {
        Entry<V> heap = nextOnHeap < onHeap.length ? onHeap[nextOnHeap] : null;
        byte[] fromTable = nextStored;
        if (heap == null && fromTable == null) {
            current = null;
            return false;
        }
        int order = heap == null ? 1 : fromTable == null ? -1 : Arrays.compareUnsigned(heap.key, fromTable);
        if (order <= 0) {
            current = heap;
            nextOnHeap++;
        } else if (stored != null) {
            current = cache.stored(stored.key(), stored.value());
        }
        if (order >= 0) {
            nextStored();
        }
        return true;
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
