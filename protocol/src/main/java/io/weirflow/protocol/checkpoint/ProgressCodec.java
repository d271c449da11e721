package io.weirflow.protocol.checkpoint;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.chain.SenderState;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.Progress.OutputState;
import io.weirflow.protocol.checkpoint.Progress.SinkState;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** The binary form of {@link Progress} and of what sinks have published, and the changelog keys they are under. */
public final class ProgressCodec {

    private static final int VERSION = 1;

    /** Version 2 adds what Kafka sinks have published. */
    private static final int PROGRESS_WITH_PUBLISHED = 2;

    /** Version 3 adds the intents of effect sinks. */
    private static final int PROGRESS_WITH_INTENTS = 3;

    /** Version 4 adds the course. It is the one that is written. */
    private static final int PROGRESS_WITH_COURSE = 4;

    /** Version 2 of what a sink has published adds the intent of an effect sink; written only where there is one. */
    private static final int PUBLISHED_WITH_INTENT = 2;

    private static final byte ENGINE = 0;

    private ProgressCodec() {}

    /** Returns the changelog key of the progress. Keys that begin with 0 belong to the engine; those of state never do. */
    public static byte[] progressKey() {
        return new byte[] {ENGINE, 'p'};
    }

    /** Returns the changelog key of the mark at which a new incarnation begins: state before it belongs to former ones. */
    public static byte[] beginKey() {
        return new byte[] {ENGINE, 'b'};
    }

    /** Returns the value of the mark at which an incarnation begins. */
    public static byte[] encodeBegin(Incarnation incarnation) {
        ByteWriter out = new ByteWriter(8);
        out.writeByte(VERSION);
        out.writeVarInt(incarnation.number());
        return out.toBytes();
    }

    /** Returns the incarnation that begins at a mark. */
    public static Incarnation decodeBegin(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        checkVersion(in);
        return readIncarnation(in);
    }

    /** Returns the changelog key of what the sink of a step has published. */
    public static byte[] publishedKey(int step) {
        ByteWriter out = new ByteWriter(8);
        out.writeByte(ENGINE);
        out.writeByte('s');
        out.writeVarInt(step);
        return out.toBytes();
    }

    /** Returns the step of a key that {@link #publishedKey} made; empty for other keys. */
    public static OptionalInt stepOfPublishedKey(byte[] key) {
        if (key.length < 3 || key[0] != ENGINE || key[1] != 's') {
            return OptionalInt.empty();
        }
        ByteReader in = new ByteReader(key);
        in.skip(2);
        return OptionalInt.of(in.readVarInt());
    }

    /** Returns whether a changelog key belongs to the engine and not to state. */
    public static boolean isEngineKey(byte[] key) {
        return key.length > 0 && key[0] == ENGINE;
    }

    /** Returns the number of the last published row with the incarnation it belongs to, as bytes. */
    public static byte[] encodePublished(Incarnation incarnation, long lastSequence) {
        ByteWriter out = new ByteWriter(16);
        out.writeByte(VERSION);
        out.writeVarInt(incarnation.number());
        out.writeVarLong(lastSequence);
        return out.toBytes();
    }

    /**
     * Returns the ledger of an effect sink as bytes, for the same key.
     *
     * @param settledSequence number of the last row whose outcome is known, or listed as not known
     * @param intendedSequence number of the row whose effect may be attempted now, 0 for none
     */
    public static byte[] encodeLedger(Incarnation incarnation, long settledSequence, long intendedSequence) {
        if (intendedSequence == 0) {
            return encodePublished(incarnation, settledSequence);
        }
        ByteWriter out = new ByteWriter(24);
        out.writeByte(PUBLISHED_WITH_INTENT);
        out.writeVarInt(incarnation.number());
        out.writeVarLong(settledSequence);
        out.writeVarLong(intendedSequence);
        return out.toBytes();
    }

    /** Returns the number of the last published or settled row; 0 when it belongs to another incarnation. */
    public static long decodePublished(byte[] bytes, Incarnation incarnation) {
        ByteReader in = new ByteReader(bytes);
        readPublishedVersion(in);
        int life = in.readVarInt();
        long sequence = in.readVarLong();
        return life == incarnation.number() ? sequence : 0;
    }

    /** Returns the number of the row whose effect may have been attempted; 0 for none, or when it belongs to another incarnation. */
    public static long decodeIntent(byte[] bytes, Incarnation incarnation) {
        ByteReader in = new ByteReader(bytes);
        int version = readPublishedVersion(in);
        int life = in.readVarInt();
        in.readVarLong();
        return version >= PUBLISHED_WITH_INTENT && life == incarnation.number() ? in.readVarLong() : 0;
    }

    private static int readPublishedVersion(ByteReader in) {
        int version = in.readByte();
        if (version < VERSION || version > PUBLISHED_WITH_INTENT) {
            throw badVersion(version);
        }
        return version;
    }

    public static byte[] encode(Progress progress) {
        ByteWriter out = new ByteWriter(128);
        out.writeByte(PROGRESS_WITH_COURSE);
        out.writeVarInt(progress.incarnation().number());
        out.writeVarLong(progress.checkpoint());
        out.writeVarLong(progress.nextPosition());
        out.writeZigZag(progress.watermarkMs());
        out.writeZigZag(progress.maxEventTimeMs());
        out.writeByte(progress.finished() ? 1 : 0);
        out.writeVarInt(progress.senders().size());
        progress.senders().forEach(sender -> writeSender(sender, out));
        out.writeVarInt(progress.outputs().size());
        for (OutputState output : progress.outputs()) {
            out.writeVarInt(output.stage());
            out.writeVarInt(output.partition());
            out.writeVarLong(output.lastSequence());
            out.writeLong(output.hash());
        }
        out.writeVarInt(progress.sinks().size());
        for (SinkState sink : progress.sinks()) {
            out.writeVarInt(sink.step());
            out.writeVarLong(sink.lastSequence());
            out.writeVarLong(sink.publishedSequence());
            out.writeVarLong(sink.intendedSequence());
        }
        out.writeVarInt(progress.course().stageVersion());
        out.writeVarLong(progress.course().taken());
        out.writeVarLong(progress.course().reach());
        return out.toBytes();
    }

    private static void writeSender(SenderState state, ByteWriter out) {
        out.writeVarInt(state.sender().stage());
        out.writeVarInt(state.sender().incarnation().number());
        out.writeVarInt(state.sender().partition());
        out.writeVarLong(state.lastSequence());
        out.writeLong(state.hash());
        out.writeZigZag(state.watermarkMs());
        out.writeByte(state.idle() ? 1 : 0);
    }

    /**
     * Returns what {@link #encode} was given.
     *
     * @throws WireFormatException when the bytes are damaged or of a newer version
     */
    public static Progress decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.readByte();
        if (version < VERSION || version > PROGRESS_WITH_COURSE) {
            throw badVersion(version);
        }
        Incarnation incarnation = readIncarnation(in);
        return new Progress(
                incarnation,
                in.readVarLong(),
                in.readVarLong(),
                in.readZigZag(),
                in.readZigZag(),
                in.readByte() != 0,
                readList(in, () -> readSender(in)),
                readList(in, () -> new OutputState(in.readVarInt(), in.readVarInt(), in.readVarLong(), in.readLong())),
                readList(in, () -> readSink(in, version)),
                version < PROGRESS_WITH_COURSE ? Course.BEGIN : readCourse(in));
    }

    private static SinkState readSink(ByteReader in, int version) {
        return new SinkState(
                in.readVarInt(),
                in.readVarLong(),
                version < PROGRESS_WITH_PUBLISHED ? 0 : in.readVarLong(),
                version < PROGRESS_WITH_INTENTS ? 0 : in.readVarLong());
    }

    private static Course readCourse(ByteReader in) {
        int stageVersion = in.readVarInt();
        long taken = in.readVarLong();
        long reach = in.readVarLong();
        if (stageVersion < 1 || taken < 0 || reach < taken) {
            throw new WireFormatException("a progress record says that record " + taken + " lies beyond " + reach);
        }
        return new Course(stageVersion, taken, reach);
    }

    private static SenderState readSender(ByteReader in) {
        int stage = in.readVarInt();
        Incarnation incarnation = readIncarnation(in);
        SenderId sender = new SenderId(stage, incarnation, in.readVarInt());
        return new SenderState(sender, in.readVarLong(), in.readLong(), in.readZigZag(), in.readByte() != 0);
    }

    private static Incarnation readIncarnation(ByteReader in) {
        int number = in.readVarInt();
        if (number < 1) {
            throw new WireFormatException("a progress record has no incarnation");
        }
        return new Incarnation(number);
    }

    private static <T> List<T> readList(ByteReader in, Supplier<T> element) {
        int size = in.readVarInt();
        if (size > in.remaining()) {
            throw new WireFormatException("a list of a progress record is longer than its bytes");
        }
        List<T> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(element.get());
        }
        return list;
    }

    private static void checkVersion(ByteReader in) {
        int version = in.readByte();
        if (version != VERSION) {
            throw badVersion(version);
        }
    }

    private static WireFormatException badVersion(int version) {
        return new WireFormatException(
                "progress of version " + version + " was written by another version of Weirflow");
    }
}
