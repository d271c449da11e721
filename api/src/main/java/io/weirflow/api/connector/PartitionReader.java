package io.weirflow.api.connector;

/**
 * Reads one partition of a source in order. Used by one thread, which it must not block: a poll hands over what is there. What takes time, such as
 * waiting for a broker, a connector does on threads of its own, which its readers may share.
 */
public interface PartitionReader extends AutoCloseable {

    /** Takes the records of a reader; the arrays are valid only during the call. */
    interface Handler {

        /**
         * Takes a header that precedes the records that follow, such as the first line of a CSV file. Called again when the reader
         * resumes in the middle of what the header governs.
         */
        default void header(byte[] bytes, int offset, int length) {}

        /**
         * Takes one record.
         *
         * @param position where it is in the log; grows with every record
         * @param nextPosition where to resume so that this record is not read again
         * @param timestampMs the time that the log gave it, in milliseconds since the epoch, or
         *     {@link io.weirflow.api.pipeline.EventTime#NONE_MS}
         */
        void record(long position, long nextPosition, long timestampMs, byte[] bytes, int offset, int length);

        /**
         * Takes a record that the reader gave up on, such as one that is larger than the limit; it is counted and goes to the errors
         * stream.
         *
         * @param reason what was wrong with it
         */
        void malformed(
                long position,
                long nextPosition,
                long timestampMs,
                byte[] bytes,
                int offset,
                int length,
                String reason);
    }

    /** Goes to a position that {@link Handler} gave as {@code nextPosition}, or to 0: the first record. Called once, before the first poll. */
    void seek(long position);

    /**
     * Hands over up to {@code maxRecords} records that are there. May hand over none.
     *
     * @return number of records handed over
     * @throws ConnectorException when the log cannot be read
     */
    int poll(Handler handler, int maxRecords);

    /**
     * Says what to call, on any thread, when a poll may hand over records after one that handed over none. Readers that do so are read at once; others are
     * asked every few milliseconds, which is good enough for most. Must not block.
     */
    default void onArrival(Runnable wake) {}

    /** Returns whether the partition has ended: it is bounded and every record was handed over. */
    boolean ended();

    /** Returns the name of the log, for errors: a topic, a file's path. */
    String logName(long position);

    /** Returns the offset inside the log named by {@link #logName}, for errors. */
    default long logOffset(long position) {
        return position;
    }

    /**
     * Returns how many records, or bytes where records cannot be counted, are known to lie ahead; -1 when that is not known. A pipeline that stops after a worker has
     * died waits until the end is reached or some more records have come, so an unbounded source that cannot tell may make it wait until then.
     */
    default long lag() {
        return -1;
    }

    @Override
    void close();
}
