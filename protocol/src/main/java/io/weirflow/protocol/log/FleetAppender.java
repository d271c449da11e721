package io.weirflow.protocol.log;

import io.weirflow.protocol.fleet.FleetRecord;

/** Sends a worker's reports. Safe for any thread. */
public interface FleetAppender extends AutoCloseable {

    /**
     * Sends a report, in order with the others, and does not wait. A report may be lost; the next one like it makes up for that.
     */
    void append(FleetRecord report);

    /** Sends what is under way, for a short while, and closes. */
    @Override
    void close();
}
