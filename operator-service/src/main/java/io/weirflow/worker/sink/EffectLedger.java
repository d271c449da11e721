package io.weirflow.worker.sink;

import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one effect sink of one slot (rule R10): up to which row the outcome is known or listed, and for which row an attempt is allowed. It is one
 * record in the slot's changelog, and changes step by step: nothing is decided before the step before is durable. Safe for use by several
 * threads: the sink's decides, the slot's hands over to the committer, the committer's says when it is durable.
 *
 * <p>An attempt needs an intent that is durable, and each intent is good for one attempt. So whoever lost the slot can attempt at most the one effect
 * that it may have attempted already when the slot was taken from it: any other needs a commit under its lease. And the new owner, which reads the
 * ledger after that lease was fenced (rule R7), finds the intent of that one and does not attempt it.
 */
final class EffectLedger {

    private static final int RECORD_BYTES = 64;

    private final LogPartition changelog;
    private final Incarnation incarnation;
    private final int step;
    private long settled;
    private long intended;
    private @Nullable LogRecord listed;
    private Runnable then = () -> {};
    private boolean waiting;
    private boolean underWay;
    private long submittedSettled;
    private long submittedIntended;
    private volatile long durableSettled;

    /**
     * @param settled number of the last row whose outcome is known or listed
     * @param intended number of the row that may have been attempted since, 0 for none
     */
    EffectLedger(LogPartition changelog, Incarnation incarnation, int step, long settled, long intended) {
        this.changelog = changelog;
        this.incarnation = incarnation;
        this.step = step;
        this.settled = settled;
        this.intended = intended;
        this.submittedSettled = settled;
        this.submittedIntended = intended;
        this.durableSettled = settled;
    }

    /** Returns whether the last decision is durable, so that the next may be made. */
    synchronized boolean durable() {
        return !waiting && !underWay;
    }

    /** Returns the number of the row for which an attempt is allowed, 0 for none. */
    synchronized long intended() {
        return intended;
    }

    /** Returns the number of the last row whose outcome is durable. */
    long durableSettled() {
        return durableSettled;
    }

    /** Decides to attempt the next row, unless something else is on its way. */
    synchronized boolean tryToIntend(long sequence) {
        if (waiting || underWay || intended != 0) {
            return false;
        }
        if (sequence != settled + 1) {
            throw new IllegalStateException("row " + sequence + " is not the next after " + settled);
        }
        decide(settled, sequence, null, () -> {});
        return true;
    }

    /** The intended row has certainly not had its effect. */
    synchronized void withdraw(Runnable whenDurable) {
        decide(settled, 0, null, whenDurable);
    }

    /**
     * The outcome of the intended row is known, or it is listed as not known.
     *
     * @param next number of the row to attempt now, 0 for none
     * @param listing for a row whose outcome is not known
     */
    synchronized void settle(long next, @Nullable LogRecord listing, Runnable whenDurable) {
        decide(intended, next, listing, whenDurable);
    }

    private void decide(long newSettled, long newIntended, @Nullable LogRecord listing, Runnable whenDurable) {
        if (waiting || underWay) {
            throw new IllegalStateException("the ledger was told something before it was done with the last");
        }
        settled = newSettled;
        intended = newIntended;
        listed = listing;
        then = whenDurable;
        waiting = true;
    }

    synchronized long waitingBytes() {
        LogRecord row = listed;
        byte[] value = waiting && row != null ? row.value() : null;
        return waiting ? RECORD_BYTES + (value == null ? 0 : value.length) : 0;
    }

    synchronized void drainTo(List<LogRecord> rows, Map<Integer, LogRecord> numbers) {
        if (!waiting) {
            return;
        }
        if (listed != null) {
            rows.add(listed);
        }
        byte[] value = ProgressCodec.encodeLedger(incarnation, settled, intended);
        numbers.put(
                step, new LogRecord(changelog.topic(), changelog.partition(), ProgressCodec.publishedKey(step), value));
        submittedSettled = settled;
        submittedIntended = intended;
        waiting = false;
        underWay = true;
    }

    synchronized long submittedSettled() {
        return submittedSettled;
    }

    synchronized long submittedIntended() {
        return submittedIntended;
    }

    /** What was drained is durable. */
    void committed() {
        Runnable after;
        synchronized (this) {
            durableSettled = settled;
            after = then;
            listed = null;
            then = () -> {};
            underWay = false;
        }
        after.run();
    }
}
