package io.weirflow.worker.sink;

import io.weirflow.api.row.Row;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all sinks with a destination outside the log have in common: the queue between the slot's thread and the sink's, and how they end. */
abstract class QueuedSink implements OutsideSink {

    private static final Logger LOG = LoggerFactory.getLogger(QueuedSink.class);

    /** There is room below so many rows. One record of the input may make more than that: they are all taken. */
    static final int QUEUE_ROWS = 4096;

    private static final long WAIT_MS = 20;

    private final String name;
    private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final QueueBound bound = new QueueBound();
    private final Semaphore news = new Semaphore(0);
    private final AtomicBoolean writerClosed = new AtomicBoolean();
    private SinkRunner.@Nullable Handle handle;
    private volatile @Nullable String failure;
    private volatile boolean closed;

    /** A row that waits. */
    record Entry(long sequence, Row row, long eventTimeMs) {}

    /** @param name for messages and the thread */
    QueuedSink(String name) {
        this.name = name;
    }

    /** The last thing that a constructor does: from now on the runner calls {@link #doWork}. */
    final void start(SinkRunner runner) {
        handle = runner.start(this);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final @Nullable String failure() {
        return failure;
    }

    @Override
    public final boolean hasRoom() {
        return queued.get() < QUEUE_ROWS;
    }

    @Override
    public final int headroom() {
        return bound.rows() - queued.get();
    }

    /**
     * Puts a row into the queue.
     *
     * @return whether it is the only one
     */
    final boolean enqueue(Entry entry) {
        queue.add(entry);
        return queued.getAndIncrement() == 0;
    }

    /** Returns the first row, which stays, or null. */
    final @Nullable Entry peek() {
        return queue.peek();
    }

    /** Removes and returns the first row, or null. */
    final @Nullable Entry poll() {
        Entry first = queue.poll();
        if (first != null) {
            queued.decrementAndGet();
        }
        return first;
    }

    /** Returns how many rows the destination takes in about a second. */
    final int rowsInASecond() {
        return bound.rows();
    }

    /**
     * Tells how fast the destination is; to be called before work is done.
     *
     * @param busy whether there was something to do since the last call
     * @param dealtWith rows so far
     */
    final void observe(long nowMs, boolean busy, long dealtWith) {
        bound.observe(nowMs, busy, dealtWith);
    }

    /** Wakes the sink's thread. */
    final void wakeSink() {
        news.release();
    }

    @Override
    public final void awaitWork() throws InterruptedException {
        if (news.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    @Override
    public final void fail(String reason) {
        failure = reason;
    }

    /** Something was thrown that no destination should throw. What comes after the end of the slot is of no interest. */
    final void failUnexpectedly(RuntimeException problem) {
        if (!closed) {
            LOG.atError().addKeyValue("sink", name).setCause(problem).log("A sink has failed");
            fail("sink " + name + " failed: " + problem);
        }
    }

    final boolean closed() {
        return closed;
    }

    /** Whether nothing is to be done any more. */
    final boolean over() {
        return closed || failure != null;
    }

    /** Closes what writes to the destination; called once. */
    abstract void dropWriter();

    @Override
    public final void closeWriter() {
        if (writerClosed.compareAndSet(false, true)) {
            dropWriter();
        }
    }

    @Override
    public final void close() {
        closed = true;
        SinkRunner.Handle running = handle;
        if (running == null || running.stop()) {
            closeWriter();
        } else {
            LOG.atWarn()
                    .addKeyValue("sink", name)
                    .log("The destination still has not answered; its writer is closed when it does");
        }
    }
}
