package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogPartition;
import java.util.Map;
import java.util.Set;

/**
 * What the coordinator needs of Kafka; a simulation can take its place. Called on the coordinator's thread only. Every method may throw
 * {@link io.weirflow.protocol.log.LogUnavailableException} while Kafka cannot be reached; the caller tries again later.
 */
public interface Cluster extends AutoCloseable {

    /** Opens the control log at its start, with everything that is committed by now to be read before {@code caughtUp}. */
    ControlLogReader openControlLog();

    /** Becomes the only writer of the control log. When this returns, no former writer can append any more (fact K9). */
    ControlLogWriter takeControlLog();

    /** Opens the fleet topic at its end. */
    FleetReader openFleet();

    /**
     * Creates the topics of a pipeline that are absent and checks those that are there.
     *
     * @param mayCreate whether absent topics are created, or refused because data went with them
     * @throws RefusedException when a topic does not fit the plan: which, and what to do
     */
    void ensureTopics(Pipeline plan, boolean mayCreate);

    /** Deletes the inboxes and changelogs of a pipeline, as far as they are there. */
    void deleteTopics(Pipeline plan);

    /** Fences a worker's lease. When this returns, the worker's open transaction is complete and it cannot commit another (fact K9). */
    void fenceLease(String pipeline, String workerName);

    /**
     * Returns where logs end: the offset after the last durable record of each, of whatever transaction. Those that cannot be told soon are left out.
     */
    Map<LogPartition, Long> ends(Set<LogPartition> logs);

    /**
     * Asks for the removal of the records before these offsets; does not wait. One that comes to nothing is made up for by a later one, which goes
     * further.
     */
    void trim(Map<LogPartition, Long> before);

    /** Returns what the topics that were trimmed took on disk lately, in bytes, replicas not counted; without those of which that is not known. */
    Map<String, Long> bytesOnDisk();

    @Override
    void close();
}
