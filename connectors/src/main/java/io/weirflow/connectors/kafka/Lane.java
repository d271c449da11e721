package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.ConnectorException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition on their way from the thread that fetches, see {@link KafkaFetcher}, to the one that reads. What is said to be the
 * fetcher's is touched by its thread alone.
 */
final class Lane {

    /** Batches bear upon memory by what they keep alive, too, so not even small ones may be many. */
    private static final int MAX_BATCHES = 64;

    /** A batch that is less than this share of what was fetched with it must not keep all of that alive while it waits. */
    private static final int SMALL_SHARE = 8;

    private final TopicPartition partition;
    private final StartFrom from;
    private final Queue<RecordBatch> batches = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingBatches = new AtomicInteger();
    private final AtomicInteger waitingRecords = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private volatile Runnable wake = () -> {};
    private volatile @Nullable ConnectorException failure;
    private volatile long unread = -1;
    private volatile long resumeAtBytes = -1;

    /** The fetcher's: the offset after the last record that was fetched; -1 as long as {@code from} decides. */
    private long next;

    /** @param next the offset to begin at, or -1 to begin where {@code from} says */
    Lane(TopicPartition partition, StartFrom from, long next) {
        this.partition = partition;
        this.from = from;
        this.next = next;
    }

    TopicPartition partition() {
        return partition;
    }

    StartFrom from() {
        return from;
    }

    /** Returns the offset to fetch from, -1 when {@code from} decides; the fetcher's. */
    long next() {
        return next;
    }

    /**
     * Takes what was fetched; the fetcher's.
     *
     * @param fetchedBytes size of everything that came with it, of all partitions
     */
    void offer(RecordBatch batch, long fetchedBytes) {
        boolean copy = waitingBatches.get() > 0 && batch.sizeBytes() < fetchedBytes / SMALL_SHARE;
        next = batch.nextOffset();
        waitingRecords.addAndGet(batch.size());
        waitingBytes.addAndGet(batch.sizeBytes());
        waitingBatches.incrementAndGet();
        batches.add(copy ? batch.copy() : batch);
    }

    /** Wakes the reader's thread; the fetcher's. */
    void wakeReader() {
        wake.run();
    }

    /** Notes how many records are known to lie beyond those fetched; the fetcher's. */
    void unread(long records) {
        unread = records;
    }

    /** Returns whether anything waits; the fetcher's. */
    boolean holdsAny() {
        return waitingBatches.get() > 0;
    }

    /** Returns whether no more should be fetched for now; the fetcher's. */
    boolean full(long maxBytes) {
        return waitingBytes.get() >= maxBytes || waitingBatches.get() >= MAX_BATCHES;
    }

    /** Fetching is paused until so few bytes wait; the fetcher's, who asks {@link #drained} afterwards. */
    void pausedUntil(long bytes) {
        resumeAtBytes = bytes;
    }

    /** Returns whether fetching was paused and should go on; the fetcher's. */
    boolean drained() {
        long limitBytes = resumeAtBytes;
        return limitBytes >= 0 && waitingBytes.get() <= limitBytes && waitingBatches.get() <= MAX_BATCHES / 2;
    }

    /** Fetching goes on; the fetcher's. */
    void resumed() {
        resumeAtBytes = -1;
    }

    /** Nothing more will come; the fetcher's. */
    void fail(ConnectorException problem) {
        failure = problem;
        wakeReader();
    }

    /** Says whom to wake when records or a failure have come. */
    void onArrival(Runnable newWake) {
        wake = newWake;
    }

    /** Takes the next batch, or returns null. */
    @Nullable
    RecordBatch take() {
        RecordBatch batch = batches.poll();
        if (batch != null) {
            waitingBatches.decrementAndGet();
            waitingRecords.addAndGet(-batch.size());
            waitingBytes.addAndGet(-batch.sizeBytes());
        }
        return batch;
    }

    /** Returns why nothing more will come after the batches that wait, or null. */
    @Nullable
    ConnectorException failure() {
        return failure;
    }

    /** Returns how many records lie ahead of the batches taken, or -1 when that is not known. */
    long lag() {
        long beyond = unread;
        return beyond < 0 ? -1 : beyond + waitingRecords.get();
    }
}
