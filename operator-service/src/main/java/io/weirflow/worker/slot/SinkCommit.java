package io.weirflow.worker.slot;

import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.sink.CommitRequest;
import io.weirflow.worker.sink.CommittedSink;
import io.weirflow.worker.sink.Committer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a slot's sinks write to the log, on its way, see {@link CommittedSink}. The slot adds to it until the committer takes it into a
 * transaction, so rows wait for one transaction at most.
 */
final class SinkCommit implements CommitRequest {

    private final long term;
    private final LogPartition changelog;
    private final Committer committer;
    private final Runnable wake;
    private final List<LogRecord> rows = new ArrayList<>();
    private final Map<Integer, LogRecord> numbers = new TreeMap<>();
    private final List<Runnable> whenDurable = new ArrayList<>();
    private long sizeBytes;
    private boolean full;
    private boolean written;
    private volatile boolean canWait;
    private volatile boolean abandoned;
    private volatile long nextOffset = SlotStatus.NONE;
    private volatile boolean done;
    private volatile @Nullable LogException problem;

    /**
     * @param canWait whether it may wait for others, until {@link #hurry} is called or somebody waits for what is added
     * @param wake called when the committer has answered
     */
    SinkCommit(long term, LogPartition changelog, Committer committer, boolean canWait, Runnable wake) {
        this.term = term;
        this.changelog = changelog;
        this.committer = committer;
        this.canWait = canWait;
        this.wake = wake;
    }

    /** Adds what waits in a slot's sinks; the slot's thread. Returns false when it is too late: nothing was taken. */
    synchronized boolean add(List<CommittedSink> sinks) {
        if (full) {
            return false;
        }
        for (CommittedSink sink : sinks) {
            long waitingBytes = sink.waitingBytes();
            if (waitingBytes > 0) {
                sizeBytes += waitingBytes;
                sink.drainTo(rows, numbers);
                sink.whenDurable().ifPresent(this::addWaiter);
            }
        }
        return true;
    }

    private void addWaiter(Runnable waiter) {
        whenDurable.add(waiter);
        hurry();
    }

    /** It waits for others no longer; any thread. */
    void hurry() {
        if (canWait) {
            canWait = false;
            committer.hurry();
        }
    }

    @Override
    public boolean canWait() {
        return canWait;
    }

    /** Nothing may be added any more. */
    synchronized void close() {
        full = true;
    }

    boolean done() {
        return done;
    }

    @Nullable
    LogException problem() {
        return problem;
    }

    /** Returns the offset after it in the changelog, {@link SlotStatus#NONE} when it wrote nothing there. Once it is done. */
    long nextOffset() {
        return nextOffset;
    }

    /** Returns whether the committer has answered. */
    boolean settled() {
        return done || problem != null;
    }

    void abandon() {
        abandoned = true;
        hurry();
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public LogPartition changelog() {
        return changelog;
    }

    /**
     * Rows may not be in the transaction of a checkpoint before them: local state begins after that transaction, and a restore from it would not
     * see the number of the last row that was published.
     */
    @Override
    public boolean apartFrom(CommitRequest earlier) {
        return earlier instanceof SlotCheckpoint && earlier.changelog().equals(changelog);
    }

    @Override
    public synchronized List<LogRecord> records() {
        full = true;
        if (abandoned) {
            return List.of();
        }
        written = true;
        List<LogRecord> records = new ArrayList<>(rows.size() + numbers.size());
        records.addAll(rows);
        records.addAll(numbers.values());
        return records;
    }

    @Override
    public synchronized long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void committed(Map<LogPartition, Long> nextOffsets) {
        List<Runnable> callbacks;
        synchronized (this) {
            // What was abandoned was not written, and whoever waits for it must not go on.
            callbacks = written ? List.copyOf(whenDurable) : List.of();
        }
        callbacks.forEach(Runnable::run);
        nextOffset = nextOffsets.getOrDefault(changelog, SlotStatus.NONE);
        done = true;
        wake.run();
    }

    @Override
    public void failed(LogException failure) {
        problem = failure;
        wake.run();
    }
}
