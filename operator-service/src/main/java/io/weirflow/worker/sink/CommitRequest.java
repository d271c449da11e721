package io.weirflow.worker.sink;

import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.Map;

/**
 * Records of one slot that must become durable together: the rows of its Kafka sinks with the number of the last one, or a checkpoint. The
 * committer may put several requests in one transaction, in their order. The callbacks are called on the committer's thread.
 */
public interface CommitRequest {

    /** Returns the term of the lease under which the slot was opened, see {@link Committer#ensureLease(LogPartition)}. */
    long term();

    /** Returns the changelog of the slot. */
    LogPartition changelog();

    /** Returns the records, none when the slot was closed meanwhile. Called, and gone through, on the committer's thread, once. */
    Iterable<LogRecord> records();

    /** Returns whether it must not be in one transaction with a request before it; called on the committer's thread. */
    default boolean apartFrom(CommitRequest earlier) {
        return false;
    }

    /**
     * Returns whether nobody would notice if it waited for others to join its transaction, since so much lies before the slot that makes it. Once that is not so
     * any more the committer has to be told, see {@link Committer#hurry}. Any thread.
     */
    default boolean canWait() {
        return false;
    }

    /** Returns roughly their size. */
    long sizeBytes();

    /**
     * They are durable.
     *
     * @param nextOffsets for each partition that a record of the transaction names, the offset after its last record
     */
    void committed(Map<LogPartition, Long> nextOffsets);

    /** They are not, or it is not known. The slot must be opened anew from what is durable. */
    void failed(LogException problem);
}
