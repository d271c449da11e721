package io.weirflow.worker.operators;

import io.weirflow.worker.operators.WriteBackCache.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Goes through the entries of several caches in the order of keys, those of one key together. */
final class SliceMerge<V> implements AutoCloseable {

    /** Takes an entry of the current key. */
    @FunctionalInterface
    interface PartConsumer<V> {
        /**
         * @param part the number of the cache
         */
        void accept(int part, Entry<V> entry);
    }

    private record Head<V>(int part, EntryCursor<V> cursor) {
        byte[] key() {
            return cursor.entry().key;
        }
    }

    private final List<EntryCursor<V>> cursors = new ArrayList<>();
    private final PriorityQueue<Head<V>> waiting = new PriorityQueue<>((a, b) -> {
        int order = Arrays.compareUnsigned(a.key(), b.key());
        return order != 0 ? order : Integer.compare(a.part(), b.part());
    });

    /** The caches that have the current key, in their order. */
    private final List<Head<V>> current = new ArrayList<>();

    /**
     * @param after begins after this key; null for all
     */
    SliceMerge(List<WriteBackCache<V>> caches, byte @Nullable [] after) {
        for (WriteBackCache<V> cache : caches) {
            EntryCursor<V> cursor = cache.entriesAfter(after);
            current.add(new Head<>(cursors.size(), cursor));
            cursors.add(cursor);
        }
    }

    /** Moves to the next key; false at the end. */
    boolean next() {
        for (Head<V> head : current) {
            if (head.cursor().next()) {
                waiting.add(head);
            }
        }
        current.clear();
        Head<V> first = waiting.poll();
        if (first == null) {
            return false;
        }
        current.add(first);
        Head<V> same = waiting.peek();
        while (same != null && Arrays.equals(same.key(), first.key())) {
            current.add(same);
            waiting.remove();
            same = waiting.peek();
        }
        return true;
    }

    byte[] key() {
        return current.get(0).key();
    }

    void forEach(PartConsumer<V> consumer) {
        for (Head<V> head : current) {
            consumer.accept(head.part(), head.cursor().entry());
        }
    }

    @Override
    public void close() {
        cursors.forEach(EntryCursor::close);
    }
}
