package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.state.Change;
import io.weirflow.state.Delta;
import io.weirflow.state.SlotStore;
import io.weirflow.worker.sink.CommitRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * One checkpoint on its way (rule R6): it waits until every output of the inputs that it covers is durable, then goes into the changelog in one
 * transaction, then into the local store in one batch. Meanwhile the slot goes on. Made and asked by the slot's thread; the committer's thread
 * brings the result.
 */
final class SlotCheckpoint implements CommitRequest {

    private static final int RECORD_OVERHEAD_BYTES = 48;

    private final long term;
    private final LogPartition changelog;
    private final SlotStore store;
    private final Delta delta;
    private Progress progress;
    private byte[] progressBytes;
    private final OutstandingSends.Generation sends;
    private final Runnable wake;
    private volatile boolean abandoned;
    private volatile boolean done;
    private volatile long nextOffset;
    private volatile boolean settled;
    private volatile @Nullable RuntimeException problem;

    /** @param wake called when the committer has answered */
    SlotCheckpoint(
            long term,
            LogPartition changelog,
            SlotStore store,
            Delta delta,
            Progress progress,
            OutstandingSends.Generation sends,
            Runnable wake) {
        this.term = term;
        this.changelog = changelog;
        this.store = store;
        this.delta = delta;
        this.progress = progress;
        this.progressBytes = ProgressCodec.encode(progress);
        this.sends = sends;
        this.wake = wake;
    }

    Progress progress() {
        return progress;
    }

    /**
     * Adds what Kafka sinks have published and the ledgers of effect sinks say when this is committed: rows that were made after this checkpoint was taken may become visible before
     * it does. Local state that this checkpoint is written to is restored without reading the changelog before it, so it must know. Called before
     * it is submitted.
     */
    void seal(Map<Integer, Long> publishedByStep, Map<Integer, Long> intendedByStep) {
        progress = progress.withPublished(publishedByStep).withIntents(intendedByStep);
        progressBytes = ProgressCodec.encode(progress);
    }

    /** Returns whether the frames that it covers are durable. */
    boolean sent() {
        return sends.done();
    }

    boolean done() {
        return done;
    }

    /** Returns the offset after it in the changelog. Once it is done. */
    long nextOffset() {
        return nextOffset;
    }

    /** Returns the state as this has committed it, out of the hands of the slot, which has ended. Once it is done, on the slot's thread. */
    Replica standing() {
        return Replica.standing(store.handOver(), changelog, progress.incarnation(), term, progressBytes, nextOffset);
    }

    /** Returns whether the committer has answered; only then nothing of it can become durable any more. */
    boolean settled() {
        return settled;
    }

    /** Returns why it failed, or null. */
    @Nullable
    RuntimeException problem() {
        return problem;
    }

    /** The slot is closed: do not begin to commit. */
    void abandon() {
        abandoned = true;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public LogPartition changelog() {
        return changelog;
    }

    @Override
    public Iterable<LogRecord> records() {
        return abandoned ? List.of() : () -> new Records(store.changes(delta));
    }

    private LogRecord record(byte[] key, byte @Nullable [] value) {
        return new LogRecord(changelog.topic(), changelog.partition(), key, value);
    }

    /** The changes of state, each made as it is asked for: there may be a million of them. The progress is the last. */
    private final class Records implements Iterator<LogRecord> {
        private final Iterator<Change> changes;
        private boolean hasProgress = true;

        Records(Iterator<Change> changes) {
            this.changes = changes;
        }

        @Override
        public boolean hasNext() {
            return hasProgress;
        }

        @Override
        public LogRecord next() {
            if (changes.hasNext()) {
                Change change = changes.next();
                return record(change.key(), change.value());
            }
            if (!hasProgress) {
                throw new NoSuchElementException();
            }
            hasProgress = false;
            return record(ProgressCodec.progressKey(), progressBytes);
        }
    }

    @Override
    public long sizeBytes() {
        return delta.bytes() + (long) delta.size() * RECORD_OVERHEAD_BYTES + progressBytes.length;
    }

    @Override
    public void committed(Map<LogPartition, Long> nextOffsets) {
        Long next = nextOffsets.get(changelog);
        try {
            if (!abandoned && next != null) {
                store.commit(delta, progressBytes, next);
                nextOffset = next;
                done = true;
            }
        } catch (RuntimeException e) {
            problem = e;
        } finally {
            settled = true;
            wake.run();
        }
    }

    @Override
    public void failed(LogException failure) {
        problem = failure;
        settled = true;
        wake.run();
    }
}
