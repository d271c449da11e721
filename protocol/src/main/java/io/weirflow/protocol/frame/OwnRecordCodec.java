package io.weirflow.protocol.frame;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.id.Incarnation;

/**
 * The binary form of {@link OwnRecord}s. They begin as frames do, and the kind tells them apart; numbers of kinds are append-only.
 *
 * <pre>
 * magic 0x57 · version · kind · flags (none yet) · incarnation: varint
 * </pre>
 */
public final class OwnRecordCodec {

    private static final int VERSION = 1;
    private static final int KIND_AT = 2;

    private OwnRecordCodec() {}

    /** Returns whether a record of an inbox is an own record of a kind that is known here; all others are for {@link FrameReader}. */
    public static boolean isOwn(byte[] value) {
        return value.length > KIND_AT
                && (value[0] & 0xFF) == FrameFormat.MAGIC
                && value[KIND_AT] == FrameFormat.KIND_TICK;
    }

    public static byte[] encode(OwnRecord one) {
        ByteWriter out = new ByteWriter(16);
        out.writeByte(FrameFormat.MAGIC);
        out.writeByte(VERSION);
        out.writeByte(FrameFormat.KIND_TICK);
        out.writeByte(0);
        out.writeVarInt(one.incarnation().number());
        return out.toBytes();
    }

    /**
     * Returns what {@link #encode} was given.
     *
     * @throws WireFormatException when the bytes are damaged or of a newer version
     */
    public static OwnRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        in.skip(1);
        int version = in.readByte();
        int kind = in.readByte();
        int flags = in.readByte();
        if (version != VERSION || kind != FrameFormat.KIND_TICK || flags != 0) {
            throw new WireFormatException("own record of version " + version + ", kind " + kind + ", flags " + flags
                    + " was written by a newer version of Weirflow");
        }
        int incarnation = in.readVarInt();
        if (incarnation < 1) {
            throw new WireFormatException("an own record has no incarnation");
        }
        return new OwnRecord.Tick(new Incarnation(incarnation));
    }
}
