package io.weirflow.worker.slot;

import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.sink.CommitRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of a slot's Kafka sinks on their way, see {@link io.weirflow.worker.sink.LogSink}. */
final class SinkCommit implements CommitRequest {

    private final long term;
    private final List<LogRecord> records;
    private final long sizeBytes;
    private volatile boolean abandoned;
    private volatile boolean done;
    private volatile @Nullable LogException problem;

    SinkCommit(long term, List<LogRecord> records, long sizeBytes) {
        this.term = term;
        this.records = records;
        this.sizeBytes = sizeBytes;
    }

    boolean done() {
        return done;
    }

    @Nullable
    LogException problem() {
        return problem;
    }

    /** Returns whether the committer has answered. */
    boolean settled() {
        return done || problem != null;
    }

    void abandon() {
        abandoned = true;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public List<LogRecord> records() {
        return abandoned ? List.of() : records;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void committed(Map<LogPartition, Long> nextOffsets) {
        done = true;
    }

    @Override
    public void failed(LogException failure) {
        problem = failure;
    }
}
