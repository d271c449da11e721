package io.weirflow.protocol.log;

import io.weirflow.protocol.fleet.FleetRecord;
import java.util.List;

/**
 * Reads the reports of workers from the end that the topic had when this was opened. One thread at a time.
 */
public interface FleetReader extends AutoCloseable {

    /**
     * Returns the next reports, in order, possibly none. Reports that cannot be read are left out.
     *
     * @param maxWaitMs how long to wait for the first, 0 for not at all
     * @throws LogUnavailableException when the topic cannot be reached, so that silence says nothing about workers; calling again goes on
     *     where it stopped
     */
    List<FleetRecord> poll(long maxWaitMs);

    @Override
    void close();
}
