package io.weirflow.worker.slot;

import io.weirflow.api.row.Row;
import io.weirflow.worker.sink.CommittedSink;
import io.weirflow.worker.sink.LogSink;
import io.weirflow.worker.sink.OutsideSink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the rows for a sink, 1, 2, 3 …, and hands them over. The number is part of the checkpoint, so a replay gives every row the same
 * one. Rows that are written from here leave the slot with {@link #handOver}: a record at which the slot fails has made nothing that others see (rule
 * R12).
 */
final class SinkNode implements Node {

    private static final int MAX_MADE = 4096;

    private final int step;
    private final @Nullable LogSink log;
    private final @Nullable PlainSink plain;
    private final @Nullable OutsideSink external;
    private final StepMetrics metrics;
    private final List<Made> made = new ArrayList<>();
    private long lastSequence;

    /** A row for a sink outside. */
    private record Made(long sequence, Row row, long eventTimeMs) {}

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
            plain.add(row);
        } else {
            made.add(new Made(lastSequence, row.copy(), eventTimeMs));
        }
    }

    /** Lets the rows go that were made since the last call, but for those that wait for a transaction. */
    void handOver() {
        if (plain != null) {
            plain.handOver();
        } else if (external != null) {
            made.forEach(one -> external.offer(one.sequence(), one.row(), one.eventTimeMs()));
            made.clear();
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

    /** Returns how many more rows it may get before the slot has to wait for the destination. */
    int headroom() {
        return external == null ? Integer.MAX_VALUE : external.headroom() - made.size();
    }

    @Override
    public boolean hasRoom() {
        return external == null || (made.size() < MAX_MADE && external.hasRoom());
    }

    @Override
    public void close() {
        if (external != null) {
            external.close();
        }
    }
}
