package io.weirflow.protocol.log;

import io.weirflow.protocol.control.ControlRecord;
import java.util.List;

/**
 * Appends to the control log as its only writer. Opening one fences the former (rule R13). One thread at a time.
 */
public interface ControlLogWriter extends AutoCloseable {

    /**
     * Appends the records atomically and returns once that is durable.
     *
     * @throws FencedException when another coordinator leads; nothing was appended and nothing ever will be
     * @throws LogUnavailableException when it is not known whether they were appended: this writer is of no more use, the state must be
     *     read again after opening a new one
     */
    void append(List<ControlRecord> records);

    @Override
    void close();
}
