package io.weirflow.api.connector;

import io.weirflow.api.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one slot to a destination. Rows of a slot are numbered from 1 without gaps; after a restart the slot makes the
 * same rows with the same numbers again, so a destination that remembers the last number it made visible is exactly-once.
 */
public sealed interface SinkWriter extends AutoCloseable {

    @Override
    void close();

    /**
     * A sink whose rows become records of the engine's own Kafka cluster: the engine sends them, together with the slot's progress, in
     * one transaction. Called on the slot's thread.
     */
    non-sealed interface Log extends SinkWriter {

        /** Returns the topic. */
        String topic();

        /** Returns the record's key, or null. The engine partitions by it; without a key, by the slot. */
        byte @Nullable [] key(Row row);

        /** Returns the record's value. */
        byte[] value(Row row);

        @Override
        default void close() {}
    }

    /**
     * A sink with a destination of its own. Called on the sink's thread, never on the slot's, so it may block; it is interrupted when the
     * slot is closed.
     */
    non-sealed interface External extends SinkWriter {

        /** {@link #durableSequence()} of a destination that does not remember. */
        long UNKNOWN = -1;

        /**
         * Returns the number of the last row that the destination has made visible, 0 for none, or {@link #UNKNOWN}. Called once, first.
         * The engine does not hand over rows up to it again.
         */
        long durableSequence();

        /**
         * Takes a row; it need not be visible yet.
         *
         * @param eventTimeMs the row's event time
         * @throws ConnectorException when the destination fails; the engine retries from the last commit when it is retriable
         */
        void write(long sequence, Row row, long eventTimeMs);

        /**
         * Makes everything written so far visible, durably and atomically with its last number. Called when a checkpoint needs it and
         * whenever no more rows wait.
         *
         * @param sequence number of the last row written
         * @param checkpoint whether a checkpoint waits for it; a sink may put off other commits
         * @return the number of the last row that is now visible
         */
        long commit(long sequence, boolean checkpoint);
    }

    /**
     * A sink whose rows have effects that cannot be taken back, at a destination that does not tell what it has: requests to a pager. The engine keeps a
     * ledger of them in the log (rule R10). Before each attempt a record that allows it is durable, afterwards its outcome; what has no outcome when
     * a slot is opened again is not repeated but listed. Called on the sink's thread, never on the slot's, so it may block; it is interrupted
     * when the slot is closed.
     */
    non-sealed interface Effect extends SinkWriter {

        /** Returns the name of the effect of a row, for people and for the destination: the same for every attempt, and for no other row. */
        String key(long sequence);

        /**
         * Attempts the effect of a row once.
         *
         * @throws ConnectorException when the effect has certainly not happened: the engine tries again later when it is retriable, else the
         *     pipeline stops with the message, and goes on with this row when it is started again
         */
        Outcome attempt(long sequence, Row row);

        @Override
        default void close() {}
    }

    /** What has become of an attempt. */
    sealed interface Outcome {

        /** The effect has happened. */
        record Done() implements Outcome {}

        /**
         * The effect has certainly not happened; it is tried again.
         *
         * @param reason in words, without secrets
         * @param pauseMs not before so many milliseconds have passed
         */
        record NotDone(String reason, long pauseMs) implements Outcome {}

        /**
         * Nobody knows whether the effect has happened.
         *
         * @param reason in words, without secrets
         */
        record Unknown(String reason) implements Outcome {}
    }
}
