package io.weirflow.protocol.frame;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.id.CallId;
import io.weirflow.protocol.id.Incarnation;

/**
 * The binary form of {@link OwnRecord}s. They begin as frames do, and the kind tells them apart; numbers of kinds are append-only.
 *
 * <pre>
 * magic 0x57 · version · kind · flags · incarnation: varint
 * RESULT: step: varint · offset: varint · index: varint · length: varint · bytes
 * </pre>
 */
public final class OwnRecordCodec {

    private static final int VERSION = 1;
    private static final int KIND_AT = 2;
    private static final int FLAG_FAILED = 1;

    private OwnRecordCodec() {}

    /** Returns whether a record of an inbox is an own record of a kind that is known here; all others are for {@link FrameReader}. */
    public static boolean isOwn(byte[] value) {
        return value.length > KIND_AT
                && (value[0] & 0xFF) == FrameFormat.MAGIC
                && (value[KIND_AT] == FrameFormat.KIND_TICK || value[KIND_AT] == FrameFormat.KIND_RESULT);
    }

    public static byte[] encode(OwnRecord one) {
        if (one instanceof OwnRecord.Result result) {
            ByteWriter out = begin(FrameFormat.KIND_RESULT, result.failed() ? FLAG_FAILED : 0, one.incarnation());
            out.writeVarInt(result.call().step());
            out.writeVarLong(result.call().offset());
            out.writeVarInt(result.call().index());
            out.writeBlock(result.bytes());
            return out.toBytes();
        }
        return begin(FrameFormat.KIND_TICK, 0, one.incarnation()).toBytes();
    }

    private static ByteWriter begin(int kind, int flags, Incarnation incarnation) {
        ByteWriter out = new ByteWriter(32);
        out.writeByte(FrameFormat.MAGIC);
        out.writeByte(VERSION);
        out.writeByte(kind);
        out.writeByte(flags);
        out.writeVarInt(incarnation.number());
        return out;
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
        boolean isResult = kind == FrameFormat.KIND_RESULT;
        boolean known = isResult || kind == FrameFormat.KIND_TICK;
        if (version != VERSION || !known || (flags & ~(isResult ? FLAG_FAILED : 0)) != 0) {
            throw new WireFormatException("own record of version " + version + ", kind " + kind + ", flags " + flags
                    + " was written by a newer version of Weirflow");
        }
        int number = in.readVarInt();
        if (number < 1) {
            throw new WireFormatException("an own record has no incarnation");
        }
        Incarnation incarnation = new Incarnation(number);
        return isResult
                ? new OwnRecord.Result(incarnation, readCall(in), (flags & FLAG_FAILED) != 0, in.readBlock())
                : new OwnRecord.Tick(incarnation);
    }

    private static CallId readCall(ByteReader in) {
        int step = in.readVarInt();
        long offset = in.readVarLong();
        if (offset < 0) {
            throw new WireFormatException("the offset of a call is out of range");
        }
        return new CallId(step, offset, in.readVarInt());
    }
}
