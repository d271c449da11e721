package io.weirflow.worker.operators;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How far a window operator has come. Part of its state. */
final class WindowProgress {

    private static final byte[] KEY = {};
    private static final int VERSION = 1;
    private static final int VERSION_WITH_TWO_PARTS = 2;
    private static final int VERSION_WITH_PARTS = 3;

    private final StateTable table;
    private byte @Nullable [] written;
    private long nextOrdinal;
    private long watermarkMs = Long.MIN_VALUE;
    private byte @Nullable [] lastKey;
    private long lastEnd = Long.MIN_VALUE;
    private int version = VERSION;

    WindowProgress(StateTable table) {
        this.table = table;
        written = table.get(KEY);
        if (written != null) {
            read(new ByteReader(written));
        }
    }

    private void read(ByteReader in) {
        version = in.readByte();
        if (version < VERSION || version > VERSION_WITH_PARTS) {
            throw new IllegalStateException("the state of a window has version " + version + ", which is not known");
        }
        nextOrdinal = in.readVarLong();
        watermarkMs = in.readLong();
        lastEnd = in.readLong();
        lastKey = in.readByte() == 0 ? null : in.readBlock();
    }

    /** Says of how many parts groups may consist, so that a worker that would not see all of them refuses this state. */
    void setMostParts(int parts) {
        version = parts == 1 ? VERSION : parts == 2 ? VERSION_WITH_TWO_PARTS : VERSION_WITH_PARTS;
    }

    /** Returns the place of the next row in the order of the inbox. */
    long nextOrdinal() {
        return nextOrdinal++;
    }

    /** Returns the watermark up to which everything was emitted. */
    long watermarkMs() {
        return watermarkMs;
    }

    void setWatermarkMs(long newWatermarkMs) {
        watermarkMs = newWatermarkMs;
    }

    /** Returns the name of the last window that was emitted, in whole or up to {@link #lastKey()}. */
    long lastEnd() {
        return lastEnd;
    }

    /** Returns the last key of the window that is being emitted, or null when none is. */
    byte @Nullable [] lastKey() {
        return lastKey;
    }

    /** Says that a window was emitted in whole (null) or up to a key. */
    void setEmitted(long end, byte @Nullable [] key) {
        lastEnd = end;
        lastKey = key;
    }

    void writeBack() {
        ByteWriter out = new ByteWriter(64);
        out.writeByte(version);
        out.writeVarLong(nextOrdinal);
        out.writeLong(watermarkMs);
        out.writeLong(lastEnd);
        byte[] key = lastKey;
        out.writeByte(key == null ? 0 : 1);
        if (key != null) {
            out.writeBlock(key);
        }
        byte[] bytes = out.toBytes();
        if (!Arrays.equals(bytes, written)) {
            table.put(KEY, bytes);
            written = bytes;
        }
    }
}
