package io.weirflow.worker.kafka;

import io.weirflow.api.KafkaAccess;

/**
 * Where the log is, and who asks.
 *
 * @param kafka the cluster
 * @param clientId names the process in the brokers' logs and metrics; each client adds its purpose
 */
public record KafkaConnection(KafkaAccess kafka, String clientId) {

    public KafkaConnection {
        if (kafka.bootstrapServers().isBlank()) {
            throw new IllegalArgumentException("the bootstrap servers are missing");
        }
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("the client id is missing");
        }
    }

    /** A connection to a cluster that lets everybody in. */
    public KafkaConnection(String bootstrapServers, String clientId) {
        this(KafkaAccess.open(bootstrapServers), clientId);
    }
}
