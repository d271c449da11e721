package io.weirflow.coordinator.savepoint;

import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogPartition;

/**
 * The log as savepoints need it; a simulation can take Kafka's place. Used by one thread. Calls throw
 * {@link io.weirflow.protocol.log.LogException} when the log cannot be read.
 */
public interface SavepointLog extends AutoCloseable {

    /** Takes records of an inbox in order. */
    @FunctionalInterface
    interface InboxHandler {
        void record(long offset, long timestampMs, byte[] value);
    }

    /** Returns the offset before which every transaction has ended, with all its records before it (the last stable offset, fact K7). */
    long stableEnd(LogPartition partition);

    /** Returns the offset of the first record that was not removed. */
    long start(LogPartition partition);

    /** Returns the offset behind the last record. */
    long end(LogPartition partition);

    /** Reads what is committed, compacted or not, between two offsets; transactions that lie before the second and are open have to end first. */
    void readCommitted(LogPartition partition, long from, long to, ChangelogReader.Handler handler);

    /** Reads everything between two offsets, of which the second is not behind the end. */
    void readAll(LogPartition partition, long from, long to, InboxHandler handler);

    /** Makes a lease, to be acquired. */
    LeaseLog openLease(String transactionalId);

    @Override
    void close();
}
