package io.weirflow.protocol.frame;

import io.weirflow.protocol.bytes.Hash64;

/**
 * The layout that {@link FrameBuilder} writes and {@link FrameReader} reads. Numbers are append-only; they are in topics.
 *
 * <pre>
 * magic 0x57 · version · kind · flags · sender {stage, incarnation, partition: varint}
 * firstSequence: varint · count: varint · hashBefore: 8 bytes · hashAfter: 8 bytes · [watermark: zigzag]
 * count × { [port: varint] · event time, less that of the row before: zigzag · length: varint · row }
 * </pre>
 *
 * The hash is a chain over all rows that the sender ever sent to this slot. It depends on the rows and not on how they are cut
 * into frames, so two frames that disagree about any row up to now have different hashes, whatever their bounds.
 */
final class FrameFormat {

    static final int MAGIC = 0x57;
    static final int VERSION = 1;

    static final int KIND_ROWS = 1;

    /** See {@link OwnRecord.Tick}. */
    static final int KIND_TICK = 2;

    /** See {@link OwnRecord.Result}. */
    static final int KIND_RESULT = 3;

    /** See {@link ReplayedRecord}. */
    static final int KIND_REPLAYED = 8;

    static final int FLAG_WATERMARK = 1;
    static final int FLAG_IDLE = 1 << 1;
    static final int FLAG_PORTS = 1 << 2;
    static final int KNOWN_FLAGS = FLAG_WATERMARK | FLAG_IDLE | FLAG_PORTS;

    private static final long TIME_PRIME = 0x9E3779B97F4A7C15L;

    private FrameFormat() {}

    /** Returns the chain's hash after one more row. */
    static long chain(long hash, int port, long eventTimeMs, byte[] bytes, int offset, int length) {
        long seed = Long.rotateLeft(hash, 17) ^ (eventTimeMs * TIME_PRIME) ^ port;
        return Hash64.of(bytes, offset, length, seed);
    }
}
