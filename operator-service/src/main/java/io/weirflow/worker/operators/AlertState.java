package io.weirflow.worker.operators;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import org.jspecify.annotations.Nullable;

/** The condition of one key has been true: not long enough yet, or the alert is firing. */
final class AlertState {

    static final long NOT_DUE = Long.MAX_VALUE;

    /** Start of the first true row's span. */
    final long sinceMs;

    /** The largest end of a true row's span. */
    long endMs;

    /** The time of the key in the {@link DueIndex}, no later than {@link #endMs} + resolve_after. */
    long dueMs = NOT_DUE;

    /** The last true row of a firing alert; null while it is pending. */
    byte @Nullable [] lastTrueRow;

    AlertState(long sinceMs, long endMs) {
        this.sinceMs = sinceMs;
        this.endMs = endMs;
    }

    boolean isFiring() {
        return lastTrueRow != null;
    }

    /** The binary form. */
    static final class Codec implements WriteBackCache.ValueCodec<AlertState> {

        private static final int PENDING = 0;
        private static final int FIRING = 1;

        @Override
        public void write(AlertState value, ByteWriter out) {
            byte[] row = value.lastTrueRow;
            out.writeByte(row == null ? PENDING : FIRING);
            out.writeZigZag(value.sinceMs);
            out.writeZigZag(value.endMs);
            out.writeLong(value.dueMs);
            if (row != null) {
                out.writeBlock(row);
            }
        }

        @Override
        public AlertState read(ByteReader in) {
            int phase = in.readByte();
            if (phase != PENDING && phase != FIRING) {
                throw new WireFormatException("the state of an alert is of an unknown kind: " + phase);
            }
            AlertState value = new AlertState(in.readZigZag(), in.readZigZag());
            value.dueMs = in.readLong();
            value.lastTrueRow = phase == FIRING ? in.readBlock() : null;
            return value;
        }
    }
}
