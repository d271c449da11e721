package io.weirflow.api.connector;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import java.util.function.Consumer;

/**
 * Asks a service on behalf of one slot. The slot's thread calls everything, and nothing may block; answers come on any thread. Whoever asks bounds
 * how much is under way, repeats what failed, and ends what takes too long.
 */
public interface Caller extends AutoCloseable {

    /**
     * Returns the request about a row.
     *
     * @param row valid only during the call
     * @throws RowException when none can be made of it: the call has failed
     */
    Request request(Row row) throws RowException;

    @Override
    void close();

    /** A request, to be sent any number of times. */
    interface Request {

        /** Returns a text that is the same for requests that ask the same. It is kept in memory only. */
        String question();

        /**
         * Sends it once.
         *
         * @param id the same for each attempt, also after a crash, and for no other call: a service may tell by it what it has done already
         * @param done told once, on any thread, how it has ended; not told, or in vain, after {@link Attempt#cancel()}
         */
        Attempt send(String id, Consumer<Outcome> done);
    }

    /** An attempt that is under way. */
    @FunctionalInterface
    interface Attempt {

        /** Its outcome is of no interest any more. May be called after the end, too. */
        void cancel();
    }

    /** How an attempt has ended. */
    sealed interface Outcome {

        /**
         * The service has answered.
         *
         * @param json an object with the columns of the result
         */
        record Answer(byte[] json) implements Outcome {}

        /**
         * It has not, or not with an answer.
         *
         * @param reason for people; without secrets
         * @param retriable whether another attempt may help
         * @param askedPauseMs how long the service asked to be left alone, 0 for not at all
         */
        record Failure(String reason, boolean retriable, long askedPauseMs) implements Outcome {}
    }
}
