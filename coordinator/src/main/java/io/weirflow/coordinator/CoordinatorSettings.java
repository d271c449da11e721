package io.weirflow.coordinator;

import io.weirflow.api.KafkaAccess;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How to run a coordinator.
 *
 * @param kafka the cluster that it works on
 * @param cluster names the coordinator's domain: coordinators and workers with the same name belong together
 * @param coordinatorId names this coordinator in logs and in the control log
 * @param policy its patience
 * @param replicationFactor of the topics it creates; 0 for 3, or as many as there are brokers when these are fewer
 * @param startTimeoutMs how long the start waits for Kafka
 * @param inTurn whether it is one of several: then it follows while another leads, and takes over when that one falls silent. Otherwise it
 *     takes the lead when it starts, and one that loses it ends
 * @param address where it answers HTTP, for others to send requests there; empty for nowhere
 * @param savepoints the folder of savepoints, which all coordinators reach; empty for none
 */
public record CoordinatorSettings(
        KafkaAccess kafka,
        String cluster,
        String coordinatorId,
        Policy policy,
        int replicationFactor,
        long startTimeoutMs,
        boolean inTurn,
        String address,
        Optional<Path> savepoints) {

    private static final int MAX_REPLICATION = 32_767;

    public CoordinatorSettings {
        Objects.requireNonNull(policy, "policy");
        if (kafka.bootstrapServers().isBlank()) {
            throw new IllegalArgumentException("the address of Kafka is missing: give host:port");
        }
        if (!cluster.matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException("the cluster's name must be lower-case letters, digits and dashes, "
                    + "starting with a letter; it is '" + cluster + "'");
        }
        if (coordinatorId.isBlank()) {
            throw new IllegalArgumentException("the coordinator needs an id");
        }
        if (replicationFactor < 0 || replicationFactor > MAX_REPLICATION) {
            throw new IllegalArgumentException("replicationFactor must be 0 (as many as there are brokers, at most 3) "
                    + "or more, it is " + replicationFactor);
        }
        if (startTimeoutMs <= 0) {
            throw new IllegalArgumentException("startTimeoutMs must be positive, it is " + startTimeoutMs);
        }
    }

    /** Returns settings with defaults for the rest, for a cluster that lets everybody in. */
    public static CoordinatorSettings of(String bootstrapServers, String cluster, String coordinatorId) {
        return of(KafkaAccess.open(bootstrapServers), cluster, coordinatorId);
    }

    /** Returns settings with defaults for the rest. */
    public static CoordinatorSettings of(KafkaAccess kafka, String cluster, String coordinatorId) {
        return new CoordinatorSettings(
                kafka, cluster, coordinatorId, Policy.DEFAULT, 0, 60_000, false, "", Optional.empty());
    }

    /** Returns where Kafka is, for people. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public CoordinatorSettings withPolicy(Policy newPolicy) {
        return new CoordinatorSettings(
                kafka,
                cluster,
                coordinatorId,
                newPolicy,
                replicationFactor,
                startTimeoutMs,
                inTurn,
                address,
                savepoints);
    }

    public CoordinatorSettings withReplicationFactor(int factor) {
        return new CoordinatorSettings(
                kafka, cluster, coordinatorId, policy, factor, startTimeoutMs, inTurn, address, savepoints);
    }

    public CoordinatorSettings withStartTimeoutMs(long timeoutMs) {
        return new CoordinatorSettings(
                kafka, cluster, coordinatorId, policy, replicationFactor, timeoutMs, inTurn, address, savepoints);
    }

    /** Returns settings of one of several coordinators. */
    public CoordinatorSettings inTurnAt(String newAddress) {
        return new CoordinatorSettings(
                kafka, cluster, coordinatorId, policy, replicationFactor, startTimeoutMs, true, newAddress, savepoints);
    }

    /** Returns settings with a folder for savepoints. */
    public CoordinatorSettings withSavepoints(Path folder) {
        return new CoordinatorSettings(
                kafka,
                cluster,
                coordinatorId,
                policy,
                replicationFactor,
                startTimeoutMs,
                inTurn,
                address,
                Optional.of(folder));
    }
}
