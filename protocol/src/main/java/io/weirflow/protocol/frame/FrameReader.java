package io.weirflow.protocol.frame;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;

/**
 * Reads one frame after the other: first {@link #open}, then {@link #next} for each row. Used by one thread.
 */
public final class FrameReader {

    private final ByteReader in = new ByteReader();
    private SenderId sender = new SenderId(0, Incarnation.FIRST, 0);
    private int flags;
    private long firstSequence;
    private int count;
    private int read;
    private long hashBefore;
    private long hashAfter;
    private long watermarkMs;
    private int port;
    private long eventTimeMs;
    private int rowOffset;
    private int rowLength;

    /**
     * Starts to read a frame. The array must not change while it is read.
     *
     * @throws WireFormatException when this is no frame, or one of a newer version
     */
    public void open(byte[] frame) {
        in.wrap(frame, 0, frame.length);
        if ((in.readByte() & 0xFF) != FrameFormat.MAGIC) {
            throw new WireFormatException("not a frame: something else writes to this inbox");
        }
        int version = in.readByte();
        int kind = in.readByte();
        flags = in.readByte();
        if (version != FrameFormat.VERSION
                || kind != FrameFormat.KIND_ROWS
                || (flags & ~FrameFormat.KNOWN_FLAGS) != 0) {
            throw new WireFormatException(
                    "frame of version " + version + ", kind " + kind + " was written by a newer version of Weirflow");
        }
        int stage = in.readVarInt();
        int incarnation = in.readVarInt();
        int partition = in.readVarInt();
        if (incarnation < 1) {
            throw new WireFormatException("a frame's sender has no incarnation");
        }
        if (sender.stage() != stage
                || sender.partition() != partition
                || sender.incarnation().number() != incarnation) {
            sender = new SenderId(stage, new Incarnation(incarnation), partition);
        }
        readNumbers();
    }

    private void readNumbers() {
        firstSequence = in.readVarLong();
        count = in.readVarInt();
        hashBefore = in.readLong();
        hashAfter = in.readLong();
        watermarkMs = (flags & FrameFormat.FLAG_WATERMARK) == 0 ? FrameBuilder.NO_WATERMARK : in.readZigZag();
        if (firstSequence < 1 || count > in.remaining()) {
            throw new WireFormatException("a frame's numbers are out of range");
        }
        read = 0;
        eventTimeMs = 0;
    }

    public SenderId sender() {
        return sender;
    }

    /** Returns the number of the first row; where there is none, of the next that will be sent. */
    public long firstSequence() {
        return firstSequence;
    }

    public int count() {
        return count;
    }

    /** Returns the number of the last row of this frame and of all before it. */
    public long lastSequence() {
        return firstSequence + count - 1;
    }

    long hashBefore() {
        return hashBefore;
    }

    /** Returns the chain's hash after the last row. */
    public long hashAfter() {
        return hashAfter;
    }

    /** Returns the watermark, or {@link FrameBuilder#NO_WATERMARK}. It is anchored at {@link #lastSequence()}. */
    public long watermarkMs() {
        return watermarkMs;
    }

    public boolean idle() {
        return (flags & FrameFormat.FLAG_IDLE) != 0;
    }

    /** Returns the number of the row in its frame, from 0. */
    public int index() {
        return read - 1;
    }

    /** Moves to the next row; false after the last. */
    public boolean next() {
        if (read == count) {
            return false;
        }
        read++;
        port = (flags & FrameFormat.FLAG_PORTS) == 0 ? 0 : in.readVarInt();
        eventTimeMs += in.readZigZag();
        rowLength = in.readVarInt();
        rowOffset = in.skip(rowLength);
        return true;
    }

    /**
     * Passes over rows.
     *
     * @return the chain's hash after them
     */
    public long skip(int rows) {
        long hash = hashBefore;
        for (int i = 0; i < rows && next(); i++) {
            hash = FrameFormat.chain(hash, port, eventTimeMs, in.array(), rowOffset, rowLength);
        }
        return hash;
    }

    /** Returns the row's port; 0 where the sender has only one, see {@link #severalPorts()}. */
    public int port() {
        return port;
    }

    /** Returns whether rows say to which port they belong. */
    public boolean severalPorts() {
        return (flags & FrameFormat.FLAG_PORTS) != 0;
    }

    public long eventTimeMs() {
        return eventTimeMs;
    }

    /** Starts to read the row's bytes with another reader. */
    public void row(ByteReader reader) {
        reader.wrap(in.array(), rowOffset, rowLength);
    }
}
