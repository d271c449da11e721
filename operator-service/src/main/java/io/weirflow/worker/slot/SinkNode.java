package io.weirflow.worker.slot;

import io.weirflow.api.row.Row;
import io.weirflow.worker.sink.CommittedSink;
import io.weirflow.worker.sink.LogSink;
import io.weirflow.worker.sink.OutsideSink;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the rows for a sink, 1, 2, 3 …, and hands them over. The number is part of the checkpoint, so a replay gives every row the same
 * one.
 */
final class SinkNode implements Node {

    private final int step;
    private final @Nullable LogSink log;
    private final @Nullable PlainSink plain;
    private final @Nullable OutsideSink external;
    private final StepMetrics metrics;
    private long lastSequence;

    private SinkNode(
            int step,
            @Nullable LogSink log,
            @Nullable PlainSink plain,
            @Nullable OutsideSink external,
            long lastSequence,
            StepMetrics metrics) {
        this.step = step;
        this.log = log;
        this.plain = plain;
        this.external = external;
        this.lastSequence = lastSequence;
        this.metrics = metrics;
    }

    static SinkNode toLog(int step, LogSink sink, long lastSequence, StepMetrics metrics) {
        return new SinkNode(step, sink, null, null, lastSequence, metrics);
    }

    static SinkNode toLogAtLeastOnce(int step, PlainSink sink, long lastSequence, StepMetrics metrics) {
        return new SinkNode(step, null, sink, null, lastSequence, metrics);
    }

    static SinkNode toOutside(int step, OutsideSink sink, long lastSequence, StepMetrics metrics) {
        return new SinkNode(step, null, null, sink, lastSequence, metrics);
    }

    @Override
    public void accept(Row row, long eventTimeMs) {
        metrics.in();
        lastSequence++;
        if (log != null) {
            log.add(lastSequence, row);
        } else if (plain != null) {
            plain.send(row);
        } else if (external != null) {
            external.offer(lastSequence, row, eventTimeMs);
        }
    }

    int step() {
        return step;
    }

    /** Returns the number of the last row. */
    long lastSequence() {
        return lastSequence;
    }

    /** Returns what writes to the log in transactions of its own, or null. */
    @Nullable
    CommittedSink committed() {
        return external instanceof CommittedSink outside ? outside : log;
    }

    /** Returns what writes outside of the log, or null. */
    @Nullable
    OutsideSink external() {
        return external;
    }

    @Override
    public boolean hasRoom() {
        return external == null || external.hasRoom();
    }

    @Override
    public void close() {
        if (external != null) {
            external.close();
        }
    }
}
