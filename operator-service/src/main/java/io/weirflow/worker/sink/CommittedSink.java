package io.weirflow.worker.sink;

import io.weirflow.protocol.log.LogRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sink that writes to the log in transactions of its slot between checkpoints: rows, or the ledger of what happens outside. Used by the slot's
 * thread.
 */
public interface CommittedSink {

    /** Returns the size of what waits for the next transaction, 0 for nothing. */
    long waitingBytes();

    /**
     * Moves what waits to the end of a list of rows, and the number of the last row that it settles to where one stands for each step: of what becomes
     * durable together, only the last counts.
     */
    void drainTo(List<LogRecord> rows, Map<Integer, LogRecord> numbers);

    /** Returns what to call, on the committer's thread, when what was drained last is durable; must not block. */
    default Optional<Runnable> whenDurable() {
        return Optional.empty();
    }

    /** Returns the number of the last row that is settled by the commits up to what was drained last. */
    long submittedSequence();

    /** Returns the number of the row whose effect those commits allow to be attempted, 0 for none. */
    default long submittedIntent() {
        return 0;
    }

    /** Says what to call, on any thread, when something waits that did not come from the slot's thread; must not block. */
    default void onNews(Runnable wake) {}
}
