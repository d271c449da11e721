package io.weirflow.cli;

import io.weirflow.api.KafkaAccess;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Kafka is, for all that connect to it. */
final class KafkaOptions {

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT[,…]",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS}",
            description = "the Kafka cluster (default: $KAFKA_BOOTSTRAP_SERVERS)")
    private @Nullable String kafka;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            defaultValue = "${env:KAFKA_CLIENT_CONFIG}",
            description = "Kafka's own client settings for encryption and login at that cluster, as lines of"
                    + " security.*, sasl.* and ssl.* (default: $KAFKA_CLIENT_CONFIG)")
    private @Nullable Path config;

    @Option(
            names = "--kafka-timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "how long to wait for it at the start (default: ${DEFAULT-VALUE})")
    private int timeoutSeconds;

    /**
     * Returns the way into the cluster; empty when none is given.
     *
     * @throws RefusedException when the file of settings cannot be used
     */
    Optional<KafkaAccess> access() {
        boolean configured = config != null && !config.toString().isBlank();
        if (kafka == null || kafka.isBlank()) {
            if (configured) {
                throw new RefusedException("--kafka-config is for the cluster of --kafka HOST:PORT: give both");
            }
            return Optional.empty();
        }
        if (config == null || !configured) {
            return Optional.of(KafkaAccess.open(kafka));
        }
        try {
            return Optional.of(KafkaAccess.read(kafka, config));
        } catch (IllegalArgumentException e) {
            throw new RefusedException("--kafka-config " + e.getMessage());
        }
    }

    long timeoutMs() {
        return TimeUnit.SECONDS.toMillis(timeoutSeconds);
    }
}
