package io.weirflow.protocol.log;

import java.util.Map;

/**
 * Commits checkpoints and the rows of Kafka sinks, each set in one transaction, under the lease of one worker for one pipeline (rules R6,
 * R7, R10). Used by one thread.
 */
public interface LeaseLog extends AutoCloseable {

    /**
     * Takes the lease: afterwards no former holder can commit, and what it committed is complete (fact K9). Blocks.
     *
     * @throws LogException when the log cannot be reached or refuses
     */
    void acquire();

    /**
     * Writes all records in one transaction. Blocks until it is committed.
     *
     * @param records in their order; gone through once, as they are written, so that they need not all be there at once
     * @return for each partition that a record names, the offset after its last record; there may be others
     * @throws LogException of kind RETRY when the outcome is unknown or nothing was written: acquire the lease anew and read the progress; of
     *     kind FENCED when the lease is lost
     */
    Map<LogPartition, Long> commit(Iterable<LogRecord> records);

    @Override
    void close();
}
