package io.weirflow.testkit.log;

import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Topics in memory. A partition is a list (K1); records of a transaction lie open in it until it ends (K6, K7), and its end takes an offset, as
 * Kafka's markers do. Not safe for use by several threads.
 */
public final class MemoryLog {

    /** Where the records of a transaction stand. */
    enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    /** A transaction; that of records sent without one is committed from the start. */
    static final class Transaction {
        final String transactionalId;
        State state;
        final List<LogPartition> partitions = new ArrayList<>();
        final List<LogRecord> records = new ArrayList<>();

        Transaction(String transactionalId, State state) {
            this.transactionalId = transactionalId;
            this.state = state;
        }
    }

    /**
     * A record.
     *
     * @param key null for none
     * @param value null for a tombstone
     */
    public record Entry(long offset, long timestampMs, byte @Nullable [] key, byte @Nullable [] value) {}

    /** Sees what is committed, in order: for checkers of invariants. */
    @FunctionalInterface
    public interface Observer {
        void committed(String transactionalId, List<LogRecord> records);

        /** The records of a transaction lie in the log; it has not ended. */
        default void written(String transactionalId, List<LogRecord> records) {}
    }

    private record Stored(Entry entry, Transaction transaction, boolean marker) {
        boolean committed() {
            return !marker && transaction.state == State.COMMITTED;
        }
    }

    private static final class Partition {
        final List<Stored> records = new ArrayList<>();

        /** No record before it is of an open transaction: transactions that have ended stay so. */
        private int stable;

        int lastStable() {
            while (stable < records.size() && records.get(stable).transaction().state != State.OPEN) {
                stable++;
            }
            return stable;
        }
    }

    private static final Transaction NONE = new Transaction("", State.COMMITTED);

    private final LongSupplier clockMs;
    private final Map<String, Integer> topics = new HashMap<>();
    private final Map<LogPartition, Partition> partitions = new HashMap<>();
    private final Map<LogPartition, Long> starts = new HashMap<>();
    private final Map<String, MemoryLease.Holder> leases = new TreeMap<>();
    private Observer observer = (transactionalId, records) -> {};
    private long appends;

    /** @param clockMs the time that records get */
    public MemoryLog(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /** Has every transaction that commits shown to an observer, right after it. */
    public void observe(Observer newObserver) {
        observer = newObserver;
    }

    public void createTopic(String topic, int partitionCount) {
        topics.put(topic, partitionCount);
    }

    /** Returns the number of partitions of a topic. */
    public int partitionsOf(String topic) {
        Integer count = topics.get(topic);
        if (count == null) {
            throw new LogException(LogException.Kind.FATAL, "there is no topic " + topic, null);
        }
        return count;
    }

    /** Appends a record without a transaction (K2: nobody is ever kept from it). Returns its offset. */
    public long append(LogPartition partition, byte @Nullable [] key, byte @Nullable [] value) {
        return store(partition, key, value, NONE, false);
    }

    /** Returns the offset after the last record. */
    public long end(LogPartition partition) {
        return partition(partition).records.size();
    }

    /** Returns how often anything was appended, to any partition: who has looked at everything need not look again before that changes. */
    public long appends() {
        return appends;
    }

    /** Removes the records before an offset, as retention does. */
    public void deleteBefore(LogPartition partition, long offset) {
        starts.put(partition, offset);
    }

    /** Returns the offset of the first record that was not removed. */
    public long start(LogPartition partition) {
        return starts.getOrDefault(partition, 0L);
    }

    /** Returns the record at an offset as a read_uncommitted reader sees it; null for a marker. */
    public @Nullable Entry read(LogPartition partition, long offset) {
        Stored stored = partition(partition).records.get((int) offset);
        return stored.marker() ? null : stored.entry();
    }

    /** Returns what a read_committed reader sees, up to the last stable offset. */
    public List<Entry> committed(LogPartition partition) {
        return committed(partition, 0);
    }

    private List<Entry> committed(LogPartition partition, long fromOffset) {
        Partition log = partition(partition);
        long from = Math.max(fromOffset, start(partition));
        return log.records.subList((int) Math.min(from, log.lastStable()), log.lastStable()).stream()
                .filter(Stored::committed)
                .map(Stored::entry)
                .toList();
    }

    /**
     * Returns the record at an offset before the {@linkplain #lastStable last stable} one as a read_committed reader sees it; null for a marker, and for
     * what was aborted.
     */
    @Nullable
    Entry readCommitted(LogPartition partition, long offset) {
        Stored stored = partition(partition).records.get((int) offset);
        return stored.committed() ? stored.entry() : null;
    }

    /** Returns the offset of the first record of an open transaction, or the end (K7). */
    public long lastStable(LogPartition partition) {
        return partition(partition).lastStable();
    }

    /** Returns a reader of changelogs. A transaction that stays open makes it give up with RETRY, as it does when Kafka's does not end. */
    public ChangelogReader changelogs() {
        return (partition, fromOffset, handler) -> {
            long end = end(partition);
            if (fromOffset > end) {
                throw new LogException(LogException.Kind.FATAL, "the changelog " + partition + " has lost data", null);
            }
            if (lastStable(partition) < end) {
                throw new LogException(LogException.Kind.RETRY, "a transaction is open in " + partition, null);
            }
            for (Entry entry : committed(partition, fromOffset)) {
                handler.record(entry.offset(), keyOf(entry, partition), entry.value());
            }
            return end;
        };
    }

    private static byte[] keyOf(Entry entry, LogPartition partition) {
        byte[] key = entry.key();
        if (key == null) {
            throw new LogException(LogException.Kind.FATAL, "somebody else writes to the changelog " + partition, null);
        }
        return key;
    }

    /** Takes a lease from whoever holds it; what the former holder had begun to commit is complete afterwards, one way or the other (K9). */
    public void fence(String transactionalId) {
        holder(transactionalId).fence(this);
    }

    /** Time passes: what was decided is completed, and what was left open for long is aborted, with its holder fenced. */
    public void expire() {
        leases.values().forEach(holder -> holder.expire(this));
    }

    void written(Transaction transaction) {
        observer.written(transaction.transactionalId, List.copyOf(transaction.records));
    }

    MemoryLease.Holder holder(String transactionalId) {
        return leases.computeIfAbsent(transactionalId, id -> new MemoryLease.Holder());
    }

    LogPartition place(LogRecord record) {
        int count = partitionsOf(record.topic());
        int partition = record.partitionOf(count);
        if (partition != LogRecord.BY_KEY) {
            return new LogPartition(record.topic(), partition);
        }
        byte[] key = record.key();
        return new LogPartition(record.topic(), key == null ? 0 : Hash64.slotOf(key, key.length, count));
    }

    long append(LogPartition partition, LogRecord record, Transaction transaction) {
        if (!transaction.partitions.contains(partition)) {
            transaction.partitions.add(partition);
        }
        transaction.records.add(record);
        return store(partition, record.key(), record.value(), transaction, false);
    }

    void finish(Transaction transaction, State state) {
        transaction.state = state;
        transaction.partitions.forEach(partition -> store(partition, null, null, NONE, true));
        if (state == State.COMMITTED) {
            observer.committed(transaction.transactionalId, List.copyOf(transaction.records));
        }
    }

    private long store(
            LogPartition partition,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Transaction transaction,
            boolean marker) {
        if (partition.partition() >= partitionsOf(partition.topic())) {
            throw new LogException(LogException.Kind.FATAL, "there is no partition " + partition, null);
        }
        List<Stored> records = partition(partition).records;
        long offset = records.size();
        records.add(new Stored(new Entry(offset, clockMs.getAsLong(), key, value), transaction, marker));
        appends++;
        return offset;
    }

    private Partition partition(LogPartition partition) {
        return partitions.computeIfAbsent(partition, any -> new Partition());
    }
}
