package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of tables that nothing reads any more, deleted bit by bit: each deletion is on the heap until the next checkpoint, and a range may be larger than the heap. After a restart its
 * owner has to find them again.
 */
final class Leftovers {

    private final Deque<Range> ranges = new ArrayDeque<>();

    private record Range(StateTable table, byte[] from, byte[] to) {}

    /**
     * @param from the first key
     * @param to after the last
     */
    void add(StateTable table, byte[] from, byte[] to) {
        ranges.add(new Range(table, from, to));
    }

    /** Deletes up to so many keys. */
    void sweep(int keys) {
        int left = keys;
        while (left > 0 && !ranges.isEmpty()) {
            Range range = ranges.remove();
            byte @Nullable [] last = null;
            try (StateTable.Cursor cursor = range.table().sweep(range.from(), range.to())) {
                while (left > 0 && cursor.next()) {
                    last = cursor.key();
                    range.table().delete(last);
                    left--;
                }
            }
            if (left == 0 && last != null) {
                // What was deleted is not to be passed again: that is slow.
                ranges.addFirst(new Range(range.table(), Arrays.copyOf(last, last.length + 1), range.to()));
            }
        }
    }
}
