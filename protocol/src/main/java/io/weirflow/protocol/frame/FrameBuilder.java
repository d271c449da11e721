package io.weirflow.protocol.frame;

import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.id.SenderId;
import java.util.Arrays;

/**
 * Gathers the rows of one sender for one destination slot into frames and numbers them: 1, 2, 3 … without gaps, over all frames (rule
 * R4). Used by the sending slot's thread.
 */
public final class FrameBuilder {

    /** A frame without a watermark. */
    public static final long NO_WATERMARK = Long.MIN_VALUE;

    private final SenderId sender;
    private final boolean severalPorts;
    private final ByteWriter header = new ByteWriter(128);
    private final ByteWriter rows = new ByteWriter(512);
    private long lastSequence;
    private long hash;
    private long hashBefore;
    private long previousTimeMs;
    private int count;
    private int rowPort;
    private int rowAt;

    /**
     * @param severalPorts whether the sender sends rows of several ports to this destination
     * @param lastSequence the number of the last row that was sent, 0 for none
     * @param hash the chain's hash after that row, 0 for none
     */
    public FrameBuilder(SenderId sender, boolean severalPorts, long lastSequence, long hash) {
        this.sender = sender;
        this.severalPorts = severalPorts;
        this.lastSequence = lastSequence;
        this.hash = hash;
        this.hashBefore = hash;
    }

    /**
     * Adds a row, given in its binary form.
     *
     * @param port left out of the frame unless there are several
     */
    public void add(int port, long eventTimeMs, byte[] bytes, int offset, int length) {
        begin(port, eventTimeMs).writeBytes(bytes, offset, length);
        end();
    }

    /**
     * Begins to add a row: its binary form is to be written to what is returned, and nothing else. Who fails at that must not use the builder
     * any more.
     *
     * @param port left out of the frame unless there are several
     */
    public ByteWriter begin(int port, long eventTimeMs) {
        if (severalPorts) {
            rows.writeVarInt(port);
        }
        rows.writeZigZag(eventTimeMs - previousTimeMs);
        previousTimeMs = eventTimeMs;
        // A port that is not in the frame cannot be in the hash: the receiver would compute another.
        rowPort = severalPorts ? port : 0;
        rowAt = rows.beginBlock();
        return rows;
    }

    /** Ends to add the row that was begun. */
    public void end() {
        int from = rows.endBlock(rowAt);
        hash = FrameFormat.chain(hash, rowPort, previousTimeMs, rows.array(), from, rows.size() - from);
        lastSequence++;
        count++;
    }

    /** Returns the number of rows waiting to be framed. */
    public int count() {
        return count;
    }

    /** Returns about how many bytes the frame has. */
    public int sizeBytes() {
        return rows.size();
    }

    /** Returns the number of the last row added, framed or not. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Returns the chain's hash after the last row added. */
    public long hash() {
        return hash;
    }

    /**
     * Returns a frame of the rows that wait, possibly none, and starts the next.
     *
     * @param watermarkMs no row with this event time or less follows the frame; {@link #NO_WATERMARK} to say nothing
     * @param idle whether the sender is idle until its next frame
     */
    public byte[] build(long watermarkMs, boolean idle) {
        ByteWriter out = header;
        out.reset();
        out.writeByte(FrameFormat.MAGIC);
        out.writeByte(FrameFormat.VERSION);
        out.writeByte(FrameFormat.KIND_ROWS);
        out.writeByte((watermarkMs == NO_WATERMARK ? 0 : FrameFormat.FLAG_WATERMARK)
                | (idle ? FrameFormat.FLAG_IDLE : 0)
                | (severalPorts ? FrameFormat.FLAG_PORTS : 0));
        out.writeVarInt(sender.stage());
        out.writeVarInt(sender.incarnation().number());
        out.writeVarInt(sender.partition());
        out.writeVarLong(lastSequence - count + 1);
        out.writeVarInt(count);
        out.writeLong(hashBefore);
        out.writeLong(hash);
        if (watermarkMs != NO_WATERMARK) {
            out.writeZigZag(watermarkMs);
        }
        byte[] frame = Arrays.copyOf(out.array(), out.size() + rows.size());
        System.arraycopy(rows.array(), 0, frame, out.size(), rows.size());
        rows.reset();
        count = 0;
        previousTimeMs = 0;
        hashBefore = hash;
        return frame;
    }
}
