package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.EventTime;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.protocol.id.CallId;
import io.weirflow.protocol.id.Incarnation;

/** The place in its log of the record that a slot is at, for the errors stream and for randomness. Used by the slot's thread. */
final class RecordPlace {

    private static final long SEED = 0x5EED_0F_57E1_2F10L;

    private final ByteWriter seed = new ByteWriter(32);
    private String log = "";
    private int partition;
    private long offset;
    private Incarnation run = Incarnation.FIRST;
    private long timestampMs = EventTime.NONE_MS;
    private int draws;
    private int calls;

    void set(String newLog, int newPartition, long newOffset, long newTimestampMs) {
        log = newLog;
        partition = newPartition;
        offset = newOffset;
        timestampMs = newTimestampMs;
        draws = 0;
        calls = 0;
    }

    /** As the other, for a record of an inbox. @param newRun in which it came first */
    void set(Incarnation newRun, String newLog, int newPartition, long newOffset, long newTimestampMs) {
        set(newLog, newPartition, newOffset, newTimestampMs);
        run = newRun;
    }

    /** Returns the name of the next call that a step makes for the record. */
    CallId nextCall(int step) {
        return CallId.of(step, run, offset, calls++);
    }

    /**
     * Returns a number that depends only on the record, the step and how many were drawn since the record began: the only randomness that
     * a replay repeats (rule R8).
     */
    long random(int step) {
        seed.reset();
        seed.writeVarInt(partition);
        seed.writeVarLong(offset);
        seed.writeVarInt(step);
        seed.writeVarInt(draws++);
        return Hash64.of(seed.array(), 0, seed.size(), SEED);
    }

    String log() {
        return log;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    long timestampMs() {
        return timestampMs;
    }
}
