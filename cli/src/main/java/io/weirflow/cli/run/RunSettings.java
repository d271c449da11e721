package io.weirflow.cli.run;

import io.weirflow.api.KafkaAccess;
import io.weirflow.cli.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to run a pipeline here.
 *
 * @param kafka a cluster outside; empty for an embedded broker
 * @param kafkaTimeoutMs how long to wait for that cluster at the start, above 0
 * @param data the folder that keeps broker and state; empty for a temporary one
 * @param port of the HTTP endpoint; empty for none
 * @param worker what the worker may use
 * @param plugins jars with operators, connectors and formats
 */
public record RunSettings(
        Optional<KafkaAccess> kafka,
        long kafkaTimeoutMs,
        Optional<Path> data,
        Optional<Integer> port,
        WorkerLimits worker,
        List<Path> plugins) {

    /** How long to wait for Kafka unless told otherwise. */
    public static final long KAFKA_TIMEOUT_MS = 30_000;

    private static final int MAX_PORT = 65_535;

    public RunSettings {
        if (kafkaTimeoutMs < 1) {
            throw new RefusedException("--kafka-timeout must be a positive number of seconds");
        }
        port.filter(number -> number < 0 || number > MAX_PORT).ifPresent(number -> {
            throw new RefusedException("--port must be from 0 to " + MAX_PORT + ", it is " + number);
        });
        plugins = List.copyOf(plugins);
    }

    /** Returns the settings of a run without options. */
    public static RunSettings defaults() {
        return new RunSettings(
                Optional.empty(),
                KAFKA_TIMEOUT_MS,
                Optional.empty(),
                Optional.empty(),
                WorkerLimits.DEFAULT,
                List.of());
    }
}
