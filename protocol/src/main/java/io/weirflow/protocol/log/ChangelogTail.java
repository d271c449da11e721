package io.weirflow.protocol.log;

import org.jspecify.annotations.Nullable;

/**
 * Follows changelog partitions while others append to them: what is committed comes as it is committed. What was read is a prefix, and never all there
 * is: a new owner reads the rest with a {@link ChangelogReader} (rule R7). Used by one thread.
 */
public interface ChangelogTail extends AutoCloseable {

    /** Takes the records of each partition in order. */
    @FunctionalInterface
    interface Handler {
        /** @param value null for a tombstone */
        void record(LogPartition partition, long offset, byte[] key, byte @Nullable [] value);
    }

    /**
     * Begins to read a partition, or begins anew elsewhere.
     *
     * @param offset 0 or more; records that were compacted away are passed over
     * @throws LogException when the log cannot be reached or refuses; of kind FATAL when the offset lies behind the end: the log has lost data
     */
    void start(LogPartition partition, long offset);

    /** Ends the reading of a partition; without effect when it is not read. */
    void stop(LogPartition partition);

    /**
     * Hands over the next records.
     *
     * @param maxWaitMs how long to wait for the first, 0 for not at all
     * @return how many
     * @throws LogException when the log cannot be read
     */
    int poll(long maxWaitMs, Handler handler);

    /** Returns the offset to read on from: everything that is committed before it was handed over. */
    long position(LogPartition partition);

    /**
     * Returns how many offsets lie between the position and the last stable end that is known, -1 while none is. At 0 whatever was handed over is whole
     * transactions.
     */
    long lag(LogPartition partition);

    @Override
    void close();
}
