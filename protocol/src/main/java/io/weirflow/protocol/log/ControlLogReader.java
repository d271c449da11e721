package io.weirflow.protocol.log;

import io.weirflow.protocol.control.ControlRecord;
import java.util.List;

/**
 * Reads the control log from its start, committed records only. One thread at a time.
 *
 * <p>Calls throw {@link LogUnavailableException} while the log cannot be reached; calling again later goes on where it stopped.
 */
public interface ControlLogReader extends AutoCloseable {

    /**
     * Returns the next records, in the log's order, possibly none.
     *
     * @param maxWaitMs how long to wait for the first, 0 for not at all
     * @throws io.weirflow.protocol.WireFormatException when a record cannot be read: this program is too old for the log
     */
    List<ControlRecord> poll(long maxWaitMs);

    /**
     * Returns whether everything that was committed before this reader was opened has been returned. Once true it stays true; what
     * is committed later arrives by and by.
     */
    boolean caughtUp();

    /** Ends the wait of a poll that is under way, or else of the next one; any thread. A reader that never waits need not do anything. */
    default void wake() {}

    @Override
    void close();
}
