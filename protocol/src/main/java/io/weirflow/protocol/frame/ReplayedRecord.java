package io.weirflow.protocol.frame;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.id.Incarnation;

/**
 * A record of an inbox that was copied from another one, out of a savepoint. A slot is a function of its records, their offsets and the times that the
 * broker gave them (rule R2), so it must see this one as if it lay where it was first. Its binary form begins as that of frames; the kind tells them apart.
 *
 * <pre>
 * magic 0x57 · version 1 · kind 8 · flags (none yet) · run: varint · offset: varint · time: zigzag · the record
 * </pre>
 *
 * @param run in which it was processed first
 * @param offset of the record in the inbox of that run
 * @param timestampMs the time that it had there, in milliseconds since the epoch
 * @param value a frame or an own record
 */
public record ReplayedRecord(Incarnation run, long offset, long timestampMs, byte[] value) {

    private static final int VERSION = 1;
    private static final int KIND_AT = 2;

    /** Returns whether a record of an inbox is one of these. */
    public static boolean is(byte[] value) {
        return value.length > KIND_AT
                && value[KIND_AT] == FrameFormat.KIND_REPLAYED
                && (value[0] & 0xFF) == FrameFormat.MAGIC;
    }

    /** Returns the binary form. */
    public byte[] encode() {
        ByteWriter out = new ByteWriter(24 + value.length);
        out.writeByte(FrameFormat.MAGIC);
        out.writeByte(VERSION);
        out.writeByte(FrameFormat.KIND_REPLAYED);
        out.writeByte(0);
        out.writeVarInt(run.number());
        out.writeVarLong(offset);
        out.writeZigZag(timestampMs);
        out.writeBytes(value, 0, value.length);
        return out.toBytes();
    }

    /**
     * Returns what {@link #encode} was given.
     *
     * @throws WireFormatException when the bytes are damaged or of a newer version
     */
    public static ReplayedRecord decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        in.skip(1);
        int version = in.readByte();
        int kind = in.readByte();
        int flags = in.readByte();
        if (version != VERSION || kind != FrameFormat.KIND_REPLAYED || flags != 0) {
            throw new WireFormatException("replayed record of version " + version + ", kind " + kind + ", flags "
                    + flags + " was written by a newer version of Weirflow");
        }
        int run = in.readVarInt();
        if (run < Incarnation.FIRST.number()) {
            throw new WireFormatException("a replayed record is of no run");
        }
        long offset = in.readVarLong();
        long timestampMs = in.readZigZag();
        byte[] value = new byte[in.remaining()];
        System.arraycopy(bytes, in.skip(value.length), value, 0, value.length);
        return new ReplayedRecord(new Incarnation(run), offset, timestampMs, value);
    }

    /** Returns this with {@link #inRun(byte[], Incarnation, Incarnation)} of its value; where and when it was first stays. */
    public ReplayedRecord inRun(Incarnation from, Incarnation to) {
        return new ReplayedRecord(run, offset, timestampMs, inRun(value, from, to));
    }

    /**
     * Returns a frame or own record of one run as one of another, and one of any other run, or of a kind that belongs to none, as it is.
     *
     * @param from the run that it is to be taken from
     */
    public static byte[] inRun(byte[] value, Incarnation from, Incarnation to) {
        if (is(value)) {
            ReplayedRecord inner = decode(value);
            return inner.inRun(from, to).encode();
        }
        ByteReader in = new ByteReader(value);
        if (in.remaining() <= KIND_AT || (in.readByte() & 0xFF) != FrameFormat.MAGIC) {
            throw new WireFormatException("not a frame: something else writes to this inbox");
        }
        in.skip(1);
        int kind = in.readByte();
        in.skip(1);
        if (kind == FrameFormat.KIND_ROWS) {
            int unused = in.readVarInt();
        }
        int head = in.position();
        int incarnation = in.readVarInt();
        if (incarnation != from.number()) {
            return value;
        }
        ByteWriter out = new ByteWriter(value.length + 4);
        out.writeBytes(value, 0, head);
        out.writeVarInt(to.number());
        out.writeBytes(value, in.position(), in.remaining());
        return out.toBytes();
    }
}
