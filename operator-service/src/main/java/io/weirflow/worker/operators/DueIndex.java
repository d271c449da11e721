package io.weirflow.worker.operators;

import io.weirflow.api.operator.Output;
import io.weirflow.api.state.StateTable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * When keys are due: a table ordered by (time, key). Eight bytes of time, most significant first and with the sign turned over, then the key.
 *
 * <p>Implementation note. What is due at a time that moves on with each row, such as a session, need not be moved here each time: its owner may
 * leave an earlier time, and when that comes, add the right one. A watermark with nothing due costs one comparison.
 */
final class DueIndex {

    /** Takes a key that is due. */
    @FunctionalInterface
    interface Handler {
        /** Called after the entry was removed; may add and remove others. */
        void due(byte[] key, long timeMs);
    }

    private static final byte[] PRESENT = {};

    private final StateTable table;

    /** No entry is earlier. */
    private long nextMs = Long.MIN_VALUE;

    /** While firing: the end of what is due. */
    private long firingUpToMs = Long.MIN_VALUE;

    /** While firing: entries that are due were changed, which the open cursor may not show. */
    private boolean dueChanged;

    DueIndex(StateTable table) {
        this.table = table;
    }

    void add(long timeMs, byte[] key) {
        table.put(encode(timeMs, key), PRESENT);
        nextMs = Math.min(nextMs, timeMs);
        dueChanged |= timeMs <= firingUpToMs;
    }

    void remove(long timeMs, byte[] key) {
        table.delete(encode(timeMs, key));
        dueChanged |= timeMs <= firingUpToMs;
    }

    /**
     * Hands over all entries up to a time in their order, those that are added meanwhile, too. Stops while there is no room in the output.
     *
     * @param upToMs less than {@link Long#MAX_VALUE}
     * @return true when nothing is due any more
     */
    boolean fireDue(long upToMs, Output out, Handler handler) {
        firingUpToMs = upToMs;
        try {
            while (nextMs <= upToMs) {
                if (!scan(out, handler)) {
                    return false;
                }
            }
            return true;
        } finally {
            firingUpToMs = Long.MIN_VALUE;
        }
    }

    /** Goes on with one cursor until there is no room (false), nothing is due, or what is due was changed. */
    private boolean scan(Output out, Handler handler) {
        dueChanged = false;
        long fromMs = nextMs;
        // From here on an addition lowers it.
        nextMs = Long.MAX_VALUE;
        try (StateTable.Cursor cursor = table.scan(encode(fromMs, PRESENT), null)) {
            while (cursor.next()) {
                byte[] encoded = cursor.key();
                long timeMs = ByteBuffer.wrap(encoded).getLong() ^ Long.MIN_VALUE;
                if (timeMs > firingUpToMs || !out.hasRoom()) {
                    nextMs = Math.min(nextMs, timeMs);
                    return timeMs > firingUpToMs;
                }
                table.delete(encoded);
                handler.due(Arrays.copyOfRange(encoded, Long.BYTES, encoded.length), timeMs);
                if (dueChanged) {
                    nextMs = Math.min(nextMs, timeMs);
                    return true;
                }
            }
            return true;
        }
    }

    private static byte[] encode(long timeMs, byte[] key) {
        return ByteBuffer.allocate(Long.BYTES + key.length)
                .putLong(timeMs ^ Long.MIN_VALUE)
                .put(key)
                .array();
    }
}
