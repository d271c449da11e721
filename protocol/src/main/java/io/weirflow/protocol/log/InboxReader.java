package io.weirflow.protocol.log;

/**
 * Reads inbox partitions in their order, uncommitted data included: frames are not transactional. Used by one thread.
 */
public interface InboxReader extends AutoCloseable {

    /** Takes records in the order of their partition. */
    @FunctionalInterface
    interface Handler {
        /**
         * @param offset of the record
         * @param timestampMs the time that the broker gave it, in milliseconds since the epoch
         * @param value kept by the handler; nobody changes it
         */
        void record(LogPartition partition, long offset, long timestampMs, byte[] value);

        /**
         * Records of a partition were removed before they were read. It is read no more; the others are.
         *
         * @param problem of kind FATAL, with the place
         * @throws LogException the problem, unless the handler knows what to do with that partition alone
         */
        default void missing(LogPartition partition, LogException problem) {
            throw problem;
        }
    }

    /** Begins to read a partition from an offset. */
    void start(LogPartition partition, long offset);

    /** Ends to read a partition. */
    void stop(LogPartition partition);

    /** Hands over no more records of the partition until {@link #resume}. */
    void pause(LogPartition partition);

    void resume(LogPartition partition);

    /**
     * Hands over what has arrived; waits for up to {@code timeoutMs} when nothing has.
     *
     * @return number of records
     * @throws LogException when the log cannot be read; or by {@link Handler#missing}
     */
    int poll(long timeoutMs, Handler handler);

    /** Ends the wait of a {@link #poll} that is under way, or lets the next one not wait; any thread. A reader that never waits need not do anything. */
    default void wake() {}

    /** Returns how many records are known to lie ahead, or -1 when that is not known. */
    long lag(LogPartition partition);

    @Override
    void close();
}
