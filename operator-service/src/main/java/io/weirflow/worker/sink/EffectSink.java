package io.weirflow.worker.sink;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.connector.SinkWriter.Outcome;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has effects for the rows of one slot, one row after the other, each of them once as far as anybody can know (rule R10). An {@link EffectLedger} in the
 * log says what may be attempted and what has become of it: the outcome of one row and the intent of the next are one small transaction of the slot, so
 * an effect waits for one commit and not for a checkpoint. A row whose outcome is not known is listed in the same transaction that settles it.
 */
public final class EffectSink extends QueuedSink implements CommittedSink {

    private static final Logger LOG = LoggerFactory.getLogger(EffectSink.class);

    private static final long PAUSE_MS = 1_000;
    private static final String ENDED =
            "the worker ended, or lost the slot, after the attempt was allowed and before its outcome was written down";

    private final SinkWriter.Effect writer;
    private final EffectLedger ledger;
    private final EffectListing listing;
    private final EffectCounts counts;
    private final long settledAtOpen;

    /** A row that a former life of the slot may have attempted; it must not be attempted again. */
    private long ambiguous;

    private long retryAtMs = Long.MIN_VALUE;
    private long dealtWith;
    private boolean busy;

    /** Whether the slot's thread may allow the next attempt by itself: not before what was left open is listed, and not in a pause. */
    private volatile boolean open;

    private volatile Runnable wake = () -> {};

    /**
     * Where a sink's ledger is kept, and what was found in it.
     *
     * @param settled number of the last row whose outcome is known or listed
     * @param intended number of the row that may have been attempted since, 0 for none
     */
    public record Found(LogPartition changelog, Incarnation incarnation, int step, long settled, long intended) {}

    /**
     * Opens the sink.
     *
     * @param name for messages and the thread
     * @param runner calls {@link #doWork}
     */
    public EffectSink(
            String name,
            Found found,
            SinkWriter.Effect writer,
            EffectListing listing,
            EffectCounts counts,
            SinkRunner runner) {
        super(name);
        this.writer = writer;
        this.ledger = new EffectLedger(
                found.changelog(), found.incarnation(), found.step(), found.settled(), found.intended());
        this.listing = listing;
        this.counts = counts;
        this.settledAtOpen = found.settled();
        this.ambiguous = found.intended();
        this.open = ambiguous == 0;
        start(runner);
    }

    @Override
    public long durableSequence() {
        return ledger.durableSettled();
    }

    @Override
    public void offer(long sequence, Row row, long eventTimeMs) {
        if (sequence <= settledAtOpen) {
            return;
        }
        boolean first = enqueue(new Entry(sequence, row, eventTimeMs));
        // Nobody else has anything to do: spare the row the way over the sink's thread.
        if (!first || !open || !ledger.tryToIntend(sequence)) {
            wakeSink();
        }
    }

    /** {@inheritDoc} They are attempted as fast as it goes anyway. */
    @Override
    public void requestCommit(long sequence) {}

    @Override
    public long waitingBytes() {
        return ledger.waitingBytes();
    }

    @Override
    public void drainTo(List<LogRecord> rows, Map<Integer, LogRecord> numbers) {
        ledger.drainTo(rows, numbers);
    }

    @Override
    public Optional<Runnable> whenDurable() {
        return Optional.of(() -> {
            ledger.committed();
            wakeSink();
        });
    }

    @Override
    public long submittedSequence() {
        return ledger.submittedSettled();
    }

    @Override
    public long submittedIntent() {
        return ledger.submittedIntended();
    }

    @Override
    public void onNews(Runnable newWake) {
        wake = newWake;
    }

    @Override
    public int doWork(long nowMs) {
        observe(nowMs, busy, dealtWith);
        busy = peek() != null;
        if (over() || !ledger.durable()) {
            return 0;
        }
        try {
            return ambiguous == 0 && ledger.intended() != 0 ? attempt(nowMs) : prepare(nowMs);
        } catch (RuntimeException e) {
            // Nothing is known of the effect; the intent stays, so it will be listed.
            failUnexpectedly(e);
            return 1;
        }
    }

    /** Allows an attempt of the next row, or lists it when a former life may have attempted it. */
    private int prepare(long nowMs) {
        if (nowMs < retryAtMs) {
            return 0;
        }
        open = ambiguous == 0;
        Entry next = peek();
        if (next == null) {
            return 0;
        }
        if (ambiguous != 0) {
            ambiguous = 0;
            list(next, ENDED);
        } else if (!ledger.tryToIntend(next.sequence())) {
            return 0;
        }
        wake.run();
        return 1;
    }

    private int attempt(long nowMs) {
        Entry entry = Objects.requireNonNull(peek(), "an intent without a row");
        Outcome outcome;
        try {
            outcome = writer.attempt(entry.sequence(), entry.row());
        } catch (ConnectorException e) {
            String reason = String.valueOf(e.getMessage());
            if (!e.retriable()) {
                ledger.withdraw(() -> fail(reason));
                wake.run();
                return 1;
            }
            outcome = new Outcome.NotDone(reason, PAUSE_MS);
        }
        if (closed()) {
            // The slot's commits are over. Whoever opens it again finds the intent.
            return 1;
        }
        if (outcome instanceof Outcome.Done) {
            ledger.settle(removed(), null, counts::countDone);
        } else if (outcome instanceof Outcome.NotDone notDone) {
            open = false;
            retryAtMs = nowMs + notDone.pauseMs();
            ledger.withdraw(counts::countNotDone);
        } else if (outcome instanceof Outcome.Unknown unknown) {
            list(entry, unknown.reason());
        }
        wake.run();
        return 1;
    }

    private void list(Entry entry, String reason) {
        String key = writer.key(entry.sequence());
        LogRecord record = listing.record(entry.sequence(), key, reason, entry.row());
        ledger.settle(removed(), record, () -> {
            counts.countUnknown();
            LOG.atWarn()
                    .addKeyValue("sink", name())
                    .addKeyValue("effect", key)
                    .addKeyValue("topic", listing.topic())
                    .addKeyValue("reason", reason)
                    .log("Nobody knows whether an effect has happened; it is listed and not repeated");
        });
    }

    /** Removes the first row, which is dealt with, and returns the number of the next, 0 for none. */
    private long removed() {
        poll();
        dealtWith++;
        Entry next = peek();
        return next == null ? 0 : next.sequence();
    }

    @Override
    void dropWriter() {
        writer.close();
    }
}
