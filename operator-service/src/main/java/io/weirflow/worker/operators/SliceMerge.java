package io.weirflow.worker.operators;

import io.weirflow.protocol.bytes.KeyOrder;
import io.weirflow.worker.operators.WriteBackCache.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the entries of several caches in the order of keys, those of one key together.
 *
 * <p>Implementation note. A binary heap of cursors that are compared by the {@link KeyOrder#rank} of their keys. The entries of a window are spread
 * over the heap, and most comparisons read none of them.
 */
final class SliceMerge<V> implements AutoCloseable {

    /** A cursor that is at an entry. */
    private static final class Head<V> {
        final int number;

        /** The number of its cache. */
        final int part;

        final EntryCursor<V> cursor;
        private long rank;

        Head(int number, int part, EntryCursor<V> cursor) {
            this.number = number;
            this.part = part;
            this.cursor = cursor;
        }

        boolean next() {
            if (!cursor.next()) {
                return false;
            }
            rank = cursor.rank();
            return true;
        }

        boolean isBefore(Head<V> other) {
            if (rank != other.rank) {
                return Long.compareUnsigned(rank, other.rank) < 0;
            }
            int order = compareSameRank(other.cursor.entry());
            return order < 0 || order == 0 && number < other.number;
        }

        int compareSameRank(Entry<V> other) {
            return KeyOrder.isWhole(rank) ? 0 : Arrays.compareUnsigned(cursor.entry().key, other.key);
        }
    }

    private final List<EntryCursor<V>> cursors = new ArrayList<>();
    private final List<Head<V>> heads = new ArrayList<>();
    private final List<Entry<V>> entries = new ArrayList<>();
    private final int[] parts;

    /**
     * @param after begins after this key; null for all
     */
    SliceMerge(List<WriteBackCache<V>> caches, byte @Nullable [] after) {
        for (int part = 0; part < caches.size(); part++) {
            for (EntryCursor<V> cursor : caches.get(part).entriesAfter(after)) {
                Head<V> head = new Head<>(cursors.size(), part, cursor);
                cursors.add(cursor);
                if (head.next()) {
                    heads.add(head);
                }
            }
        }
        for (int i = heads.size() / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
        parts = new int[cursors.size()];
    }

    private void siftDown(int from) {
        Head<V> moved = heads.get(from);
        int at = from;
        while (2 * at + 1 < heads.size()) {
            int child = 2 * at + 1;
            if (child + 1 < heads.size() && heads.get(child + 1).isBefore(heads.get(child))) {
                child++;
            }
            if (!heads.get(child).isBefore(moved)) {
                break;
            }
            heads.set(at, heads.get(child));
            at = child;
        }
        heads.set(at, moved);
    }

    /** Moves to the next key; false at the end. */
    boolean next() {
        entries.clear();
        if (heads.isEmpty()) {
            return false;
        }
        long rank = heads.get(0).rank;
        do {
            Head<V> first = heads.get(0);
            parts[entries.size()] = first.part;
            entries.add(first.cursor.entry());
            if (!first.next()) {
                Head<V> last = heads.remove(heads.size() - 1);
                if (last == first) {
                    return true;
                }
                heads.set(0, last);
            }
            siftDown(0);
        } while (heads.get(0).rank == rank && heads.get(0).compareSameRank(entries.get(0)) == 0);
        return true;
    }

    byte[] key() {
        return entries.get(0).key;
    }

    /** Returns the entries of the current key, in the order of the caches, and in each its first part before its second; valid until the next call of {@link #next()}. */
    List<Entry<V>> entries() {
        return entries;
    }

    /** Returns the number of the cache that an entry of {@link #entries()} is from. */
    int part(int index) {
        return parts[index];
    }

    @Override
    public void close() {
        cursors.forEach(EntryCursor::close);
    }
}
