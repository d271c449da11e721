package io.weirflow.worker.kafka;

/**
 * Where the log is, and who asks.
 *
 * @param bootstrapServers one or more {@code host:port}, separated by commas
 * @param clientId names the process in the brokers' logs and metrics; each client adds its purpose
 */
public record KafkaConnection(String bootstrapServers, String clientId) {

    public KafkaConnection {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("the bootstrap servers are missing");
        }
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("the client id is missing");
        }
    }
}
