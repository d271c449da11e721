package io.weirflow.protocol.log;

import org.jspecify.annotations.Nullable;

/** Reads committed records of changelog partitions. Safe for use by several threads, one call each. */
public interface ChangelogReader extends AutoCloseable {

    /** Takes the records in order. */
    @FunctionalInterface
    interface Handler {
        /** @param value null for a tombstone */
        void record(long offset, byte[] key, byte @Nullable [] value);
    }

    /**
     * Reads everything that is committed from an offset on. Call it only when no former owner can commit any more (rule R7).
     *
     * @param fromOffset 0 or more; records that were compacted away are passed over
     * @return the offset to read on from
     * @throws LogException when the log cannot be read; of kind FATAL when {@code fromOffset} lies behind the end: the log has lost data
     */
    long read(LogPartition partition, long fromOffset, Handler handler);

    /**
     * Connects beforehand, so that the first {@link #read} need not. May block.
     *
     * @throws LogException when the log cannot be reached
     */
    default void connect(LogPartition changelog) {}

    /** Gives up what calls have left open. No call is under way, and none follows. */
    @Override
    default void close() {}
}
