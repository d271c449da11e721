package io.weirflow.testkit.log;

import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.testkit.log.MemoryLog.State;
import io.weirflow.testkit.log.MemoryLog.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.util.Lists;
import org.jspecify.annotations.Nullable;

/** A lease on a transactional id: an epoch, raised by each who takes it. */
public final class MemoryLease implements LeaseLog {

    private final MemoryLog log;
    private final String transactionalId;
    private final CommitFaults faults;
    private long epoch = -1;

    /** What the broker knows of a transactional id. */
    static final class Holder {
        private long epoch;
        private @Nullable Transaction open;
        private boolean prepared;

        /** Whether nobody will end it any more. */
        private boolean ended;

        void expire(MemoryLog log) {
            Transaction left = open;
            if (left != null && ended) {
                if (prepared) {
                    open = null;
                    log.finish(left, State.COMMITTED);
                } else {
                    fence(log);
                }
            }
        }

        void fence(MemoryLog log) {
            epoch++;
            Transaction left = open;
            open = null;
            if (left != null) {
                log.finish(left, prepared ? State.COMMITTED : State.ABORTED);
            }
        }
    }

    /** Returns whether what is written under it now could be committed. */
    public boolean held() {
        return epoch >= 0 && log.holder(transactionalId).epoch == epoch;
    }

    public MemoryLease(MemoryLog log, String transactionalId, CommitFaults faults) {
        this.log = log;
        this.transactionalId = transactionalId;
        this.faults = faults;
    }

    @Override
    public void acquire() {
        Holder holder = log.holder(transactionalId);
        holder.fence(log);
        epoch = holder.epoch;
    }

    @Override
    public Map<LogPartition, Long> commit(Iterable<LogRecord> given) {
        if (epoch < 0) {
            throw new LogException(Kind.RETRY, "the lease " + transactionalId + " is not held", null);
        }
        List<LogRecord> records = Lists.newArrayList(given);
        if (records.isEmpty()) {
            return Map.of();
        }
        CommitFaults.Outcome outcome = faults.next(records);
        Holder holder = checkHeld();
        if (outcome == CommitFaults.Outcome.REFUSED) {
            throw failed();
        }
        Transaction transaction = new Transaction(transactionalId, State.OPEN);
        holder.open = transaction;
        holder.ended = false;
        holder.prepared = outcome == CommitFaults.Outcome.LEFT_PREPARED;
        Map<LogPartition, Long> next = new HashMap<>();
        for (LogRecord record : records) {
            LogPartition place = log.place(record);
            next.put(place, log.append(place, record, transaction) + 1);
        }
        log.written(transaction);
        faults.written();
        checkHeld();
        if (outcome == CommitFaults.Outcome.LEFT_OPEN || outcome == CommitFaults.Outcome.LEFT_PREPARED) {
            holder.ended = true;
            throw failed();
        }
        holder.open = null;
        log.finish(transaction, State.COMMITTED);
        if (outcome == CommitFaults.Outcome.DONE_UNHEARD) {
            throw failed();
        }
        return next;
    }

    private Holder checkHeld() {
        Holder holder = log.holder(transactionalId);
        if (holder.epoch != epoch) {
            epoch = -1;
            throw new LogException(Kind.FENCED, "the lease " + transactionalId + " was taken by another", null);
        }
        return holder;
    }

    private LogException failed() {
        epoch = -1;
        return new LogException(Kind.RETRY, "the commit under " + transactionalId + " was not answered", null);
    }

    @Override
    public void close() {
        epoch = -1;
    }
}
