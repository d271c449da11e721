package io.weirflow.worker.sink;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of one slot to a destination outside the log. When the destination fails in a way that may mend, the writer is opened anew and
 * gets the rows again that it had not made visible.
 */
public final class ExternalSink extends QueuedSink {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalSink.class);

    private static final int MAX_UNCOMMITTED_ROWS = 8 * QUEUE_ROWS;
    private static final long FIRST_BACKOFF_MS = 100;
    private static final long MAX_BACKOFF_MS = 5_000;

    private final Supplier<SinkWriter.External> opener;
    private final Deque<Entry> uncommitted = new ArrayDeque<>();
    private SinkWriter.@Nullable External writer;
    private long backoffMs = FIRST_BACKOFF_MS;
    private long retryAtMs = Long.MIN_VALUE;
    private long written;
    private boolean busy;
    private volatile long durable;
    private volatile long requested;
    private volatile boolean failureRetriable;

    /**
     * Opens the sink. Blocks while the destination is asked what it has; one that is away for now is asked again later, and meanwhile has what the
     * checkpoint covers at least.
     *
     * @param name for messages and the thread
     * @param restoredSequence number of the last row that the slot's checkpoint covers
     * @param first a writer that was just opened; closed here when it fails
     * @param opener opens another writer after a failure
     * @param runner calls {@link #doWork}
     * @throws ConnectorException when the destination will never take the rows
     */
    public ExternalSink(
            String name,
            long restoredSequence,
            SinkWriter.External first,
            Supplier<SinkWriter.External> opener,
            SinkRunner runner) {
        super(name);
        this.opener = opener;
        this.writer = first;
        this.durable = restoredSequence;
        try {
            long known = first.durableSequence();
            this.durable = known == SinkWriter.External.UNKNOWN ? restoredSequence : known;
        } catch (ConnectorException e) {
            dropWriter();
            if (!e.retriable()) {
                throw e;
            }
            waitFor(e);
        } catch (Throwable e) {
            dropWriter();
            throw e;
        }
        start(runner);
    }

    /** {@inheritDoc} It is visible. */
    @Override
    public long durableSequence() {
        return durable;
    }

    @Override
    public boolean failureRetriable() {
        return failureRetriable;
    }

    @Override
    public void offer(long sequence, Row row, long eventTimeMs) {
        if (sequence <= durable) {
            return;
        }
        if (enqueue(new Entry(sequence, row, eventTimeMs))) {
            wakeSink();
        }
    }

    @Override
    public void requestCommit(long sequence) {
        requested = sequence;
        wakeSink();
    }

    /** {@inheritDoc} Writes what waits, and commits when no more waits, a checkpoint does or enough was written. */
    @Override
    public int doWork(long nowMs) {
        observe(nowMs, busy, written);
        if (over() || nowMs < retryAtMs) {
            return 0;
        }
        int done = tryStep(nowMs);
        busy = done > 0;
        return done;
    }

    private int tryStep(long nowMs) {
        try {
            return step(open());
        } catch (ConnectorException e) {
            if (!e.retriable() || e.isSuperseded()) {
                failureRetriable = e.retriable();
                fail(String.valueOf(e.getMessage()));
                return 1;
            }
            dropWriter();
            waitFor(e);
            retryAtMs = nowMs + backoffMs;
            backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
        } catch (RuntimeException e) {
            failUnexpectedly(e);
        }
        return 1;
    }

    private void waitFor(ConnectorException trouble) {
        LOG.atWarn()
                .addKeyValue("sink", name())
                .addKeyValue("backoffMs", backoffMs)
                .addKeyValue("reason", trouble.getMessage())
                .log("A sink cannot write; it is tried again");
    }

    private int step(SinkWriter.External to) {
        int taken = 0;
        int atATime = rowsInASecond();
        while (taken < atATime && uncommitted.size() < MAX_UNCOMMITTED_ROWS && !checkpointWaits()) {
            Entry entry = poll();
            if (entry == null) {
                break;
            }
            taken++;
            // Another life of the slot may have written it since it was queued.
            if (entry.sequence() > durable) {
                uncommitted.add(entry);
                to.write(entry.sequence(), entry.row(), entry.eventTimeMs());
                written++;
            }
        }
        if (uncommitted.isEmpty()) {
            return taken;
        }
        long last = uncommitted.getLast().sequence();
        boolean now = checkpointWaits() || uncommitted.size() >= MAX_UNCOMMITTED_ROWS;
        boolean visible = committed(to.commit(last, now));
        if (visible) {
            backoffMs = FIRST_BACKOFF_MS;
        }
        return taken + (visible ? 1 : 0);
    }

    /** Whether all that a checkpoint covers is written: it is not to wait for rows that come meanwhile, which may never end. */
    private boolean checkpointWaits() {
        return requested > durable
                && !uncommitted.isEmpty()
                && uncommitted.getLast().sequence() >= requested;
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

    /** Returns the writer; after a failure a new one, which has got what is not visible: the old one's staged rows are gone with it. */
    private SinkWriter.External open() {
        SinkWriter.External current = writer;
        if (current != null) {
            return current;
        }
        SinkWriter.External fresh = opener.get();
        writer = fresh;
        long known = fresh.durableSequence();
        if (known != SinkWriter.External.UNKNOWN) {
            committed(known);
        }
        for (Entry entry : uncommitted) {
            fresh.write(entry.sequence(), entry.row(), entry.eventTimeMs());
        }
        return fresh;
    }

    @Override
    void dropWriter() {
        SinkWriter.External broken = writer;
        writer = null;
        if (broken == null) {
            return;
        }
        try {
            broken.close();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("sink", name())
                    .addKeyValue("reason", e.toString())
                    .log("The writer that failed cannot be closed");
        }
    }
}
