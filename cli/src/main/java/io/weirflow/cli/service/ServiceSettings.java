package io.weirflow.cli.service;

import io.weirflow.api.KafkaAccess;
import io.weirflow.cli.RefusedException;
import io.weirflow.coordinator.CoordinatorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What coordinators and workers have in common.
 *
 * @param kafka the cluster
 * @param cluster names the domain: coordinators and workers with the same name belong together
 * @param name of the process; empty for one of its own
 * @param host to listen on
 * @param port to listen on, 0 for any free one
 * @param plugins jars with operators, connectors and formats
 * @param kafkaTimeoutMs how long to wait for Kafka at the start
 */
public record ServiceSettings(
        KafkaAccess kafka,
        String cluster,
        Optional<String> name,
        String host,
        int port,
        List<Path> plugins,
        long kafkaTimeoutMs) {

    private static final int MAX_PORT = 65_535;

    public ServiceSettings {
        if (port < 0 || port > MAX_PORT) {
            throw new RefusedException("--port must be from 0 to " + MAX_PORT + ", it is " + port);
        }
        if (kafkaTimeoutMs < 1) {
            throw new RefusedException("--kafka-timeout must be a positive number of seconds");
        }
        name.filter(given -> !given.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")).ifPresent(given -> {
            throw new RefusedException(
                    "--name must be up to 64 letters, digits, dots, dashes and underscores; it is '" + given + "'");
        });
        plugins = List.copyOf(plugins);
    }

    CoordinatorSettings coordinator(String id) {
        try {
            return CoordinatorSettings.of(kafka, cluster, id).withStartTimeoutMs(kafkaTimeoutMs);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }
}
