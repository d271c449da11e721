package io.weirflow.worker.sink;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of one slot to a destination outside the log, on a thread of its own. When the destination fails in a way that may mend,
 * the writer is opened anew and gets the rows again that it had not made visible.
 *
 * <p>{@link #offer}, {@link #hasRoom}, {@link #requestCommit}, {@link #durableSequence} and {@link #failure} are the slot thread's.
 */
public final class ExternalSink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalSink.class);

    private static final int QUEUE_ROWS = 8192;
    private static final int MAX_UNCOMMITTED_ROWS = 4 * QUEUE_ROWS;
    private static final long FIRST_BACKOFF_MS = 100;
    private static final long MAX_BACKOFF_MS = 5_000;
    private static final long WAIT_MS = 20;

    private final String name;
    private final Supplier<SinkWriter.External> opener;
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_ROWS);
    private final Deque<Entry> uncommitted = new ArrayDeque<>();
    private final Thread thread;
    private SinkWriter.External writer;
    private volatile long durable;
    private volatile long requested;
    private volatile @Nullable String failure;
    private final Switch closed = new Switch();
    private boolean broken;

    private record Entry(long sequence, Row row, long eventTimeMs) {}

    /**
     * Opens the sink. Blocks while the destination is asked what it has.
     *
     * @param name for messages and the thread
     * @param restoredSequence number of the last row that the slot's checkpoint covers
     * @param writer just opened
     * @param opener opens another writer after a failure
     * @throws ConnectorException when the destination cannot be asked
     */
    public ExternalSink(
            String name, long restoredSequence, SinkWriter.External writer, Supplier<SinkWriter.External> opener) {
        this.name = name;
        this.opener = opener;
        this.writer = writer;
        long known = writer.durableSequence();
        this.durable = known == SinkWriter.External.UNKNOWN ? restoredSequence : known;
        this.thread = new Thread(this::run, "sink-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the number of the last row that is visible. */
    public long durableSequence() {
        return durable;
    }

    /** Returns why the sink cannot go on, or null. */
    public @Nullable String failure() {
        return failure;
    }

    public boolean hasRoom() {
        return queue.remainingCapacity() > QUEUE_ROWS / 2;
    }

    /**
     * Takes a row; rows that are visible already are passed over. Waits when there is no room, which {@link #hasRoom()} tells in time to
     * avoid it.
     */
    public void offer(long sequence, Row row, long eventTimeMs) {
        if (sequence <= durable) {
            return;
        }
        Entry entry = new Entry(sequence, row.copy(), eventTimeMs);
        try {
            while (!queue.offer(entry, WAIT_MS, TimeUnit.MILLISECONDS)) {
                if (failure != null || closed.get()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a sink had no room", e);
        }
    }

    /** Asks for rows up to this number to be made visible. */
    public void requestCommit(long sequence) {
        requested = sequence;
    }

    private void run() {
        long backoffMs = FIRST_BACKOFF_MS;
        while (!closed.get()) {
            try {
                if (broken) {
                    reopen();
                }
                if (step()) {
                    backoffMs = FIRST_BACKOFF_MS;
                }
            } catch (InterruptedException e) {
                return;
            } catch (ConnectorException e) {
                if (!e.retriable()) {
                    failure = String.valueOf(e.getMessage());
                    return;
                }
                LOG.warn("sink={} retrying in {} ms: {}", name, backoffMs, e.getMessage());
                broken = true;
                if (closed.await(backoffMs)) {
                    return;
                }
                backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
            } catch (RuntimeException e) {
                LOG.error("sink={} failed", name, e);
                failure = "sink " + name + " failed: " + e;
                return;
            }
        }
    }

    /** Writes what waits, and commits when no more waits or enough was written; returns whether anything became visible. */
    private boolean step() throws InterruptedException {
        Entry entry = queue.poll(WAIT_MS, TimeUnit.MILLISECONDS);
        while (entry != null) {
            uncommitted.add(entry);
            writer.write(entry.sequence(), entry.row(), entry.eventTimeMs());
            entry = uncommitted.size() < MAX_UNCOMMITTED_ROWS ? queue.poll() : null;
        }
        if (uncommitted.isEmpty()) {
            return false;
        }
        long last = uncommitted.getLast().sequence();
        boolean checkpoint = requested > durable && last >= requested;
        return committed(writer.commit(last, checkpoint || uncommitted.size() >= MAX_UNCOMMITTED_ROWS));
    }

    private boolean committed(long sequence) {
        while (!uncommitted.isEmpty() && uncommitted.getFirst().sequence() <= sequence) {
            uncommitted.removeFirst();
        }
        if (sequence <= durable) {
            return false;
        }
        durable = sequence;
        return true;
    }

    /** Opens the writer anew and hands it what is not visible. The old one's staged rows are gone with it. */
    private void reopen() {
        writer.close();
        writer = opener.get();
        long known = writer.durableSequence();
        if (known != SinkWriter.External.UNKNOWN) {
            committed(known);
        }
        for (Entry entry : uncommitted) {
            writer.write(entry.sequence(), entry.row(), entry.eventTimeMs());
        }
        broken = false;
    }

    @Override
    public void close() {
        closed.set();
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
    }

    /** A switch that can be waited for. */
    private static final class Switch {
        private final CountDownLatch latch = new CountDownLatch(1);

        void set() {
            latch.countDown();
        }

        boolean get() {
            return latch.getCount() == 0;
        }

        /** Waits; true when the switch was set, or the thread interrupted. */
        boolean await(long timeoutMs) {
            try {
                return latch.await(timeoutMs, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return true;
            }
        }
    }
}
