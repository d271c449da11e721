package io.weirflow.state;

import io.weirflow.api.operator.Output;
import io.weirflow.api.state.StateTable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The timers of an operator, ordered by (time, key) in a table: eight bytes of time, most significant first and with the sign turned over, so that
 * bytes are ordered as times; then the key. The format is persistent.
 *
 * <p>Implementation note. Every watermark asks for timers that are due, and mostly there are none: {@link #nextMs} is a lower bound of all
 * timers, so that this costs a comparison. Scans begin there, too, and so step over nothing that was fired before: in RocksDB, deleted keys are
 * slow to pass.
 */
final class TimerQueue {

    private static final byte[] PRESENT = {};

    private final StateTable table;

    /** No timer is earlier. */
    private long nextMs = Long.MIN_VALUE;

    /** While firing: the watermark. */
    private long firingUpToMs = Long.MIN_VALUE;

    /** While firing: timers at or before the watermark were changed, which the open cursor may not show. */
    private boolean dueChanged;

    /** While firing: the earliest timer after the watermark that was set since the cursor was opened. */
    private long laterMs = Long.MAX_VALUE;

    TimerQueue(StateTable table) {
        this.table = table;
    }

    void set(long timeMs, byte[] key) {
        table.put(encode(timeMs, key), PRESENT);
        nextMs = Math.min(nextMs, timeMs);
        if (timeMs <= firingUpToMs) {
            dueChanged = true;
        } else {
            laterMs = Math.min(laterMs, timeMs);
        }
    }

    void remove(long timeMs, byte[] key) {
        table.delete(encode(timeMs, key));
        dueChanged |= timeMs <= firingUpToMs;
    }

    /** Returns whether any may be due; asked for each row. */
    boolean mayBeDue(long watermarkMs) {
        return nextMs <= watermarkMs;
    }

    /** See {@link KeyedOperatorState#fireDue}. */
    boolean fireDue(long watermarkMs, Output out, KeyedOperatorState.TimerHandler handler) {
        if (!mayBeDue(watermarkMs)) {
            return true;
        }
        firingUpToMs = watermarkMs;
        try {
            return fireAll(out, handler);
        } finally {
            firingUpToMs = Long.MIN_VALUE;
        }
    }

    private boolean fireAll(Output out, KeyedOperatorState.TimerHandler handler) {
        while (nextMs <= firingUpToMs) {
            if (nextMs == Long.MAX_VALUE && !hasTimer()) {
                return true;
            }
            if (!fireScan(out, handler)) {
                return false;
            }
        }
        return true;
    }

    /** Fires from one cursor until there is no room (false), nothing is due, or due timers were changed (true: look again). */
    private boolean fireScan(Output out, KeyedOperatorState.TimerHandler handler) {
        dueChanged = false;
        laterMs = Long.MAX_VALUE;
        try (StateTable.Cursor cursor = table.scan(encode(nextMs, PRESENT), null)) {
            while (cursor.next()) {
                byte[] encoded = cursor.key();
                long timeMs = timeOf(encoded);
                if (timeMs > firingUpToMs) {
                    nextMs = Math.min(timeMs, laterMs);
                    return true;
                }
                nextMs = timeMs;
                if (!out.hasRoom()) {
                    return false;
                }
                table.delete(encoded);
                handler.onTimer(Arrays.copyOfRange(encoded, Long.BYTES, encoded.length), timeMs);
                if (dueChanged) {
                    return true;
                }
            }
            nextMs = laterMs;
            return true;
        }
    }

    private boolean hasTimer() {
        try (StateTable.Cursor cursor = table.scan(encode(nextMs, PRESENT), null)) {
            return cursor.next();
        }
    }

    private static byte[] encode(long timeMs, byte[] key) {
        return ByteBuffer.allocate(Long.BYTES + key.length)
                .putLong(timeMs ^ Long.MIN_VALUE)
                .put(key)
                .array();
    }

    private static long timeOf(byte[] encoded) {
        return ByteBuffer.wrap(encoded).getLong() ^ Long.MIN_VALUE;
    }
}
