package io.weirflow.cli;

import io.weirflow.cli.service.ServiceSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that coordinators and workers have in common. */
final class ServiceOptions {

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT[,…]",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS}",
            description = "the Kafka cluster (default: $KAFKA_BOOTSTRAP_SERVERS)")
    private @Nullable String kafka;

    @Option(
            names = "--kafka-timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "how long to wait for it at the start (default: ${DEFAULT-VALUE})")
    private int kafkaTimeoutSeconds;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "weirflow",
            description = "coordinators and workers with the same name belong together (default: ${DEFAULT-VALUE})")
    private String cluster = "weirflow";

    @Option(names = "--name", paramLabel = "NAME", description = "of this process; no two workers may have the same")
    private @Nullable String name;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "where HTTP listens; there is no authentication (default: ${DEFAULT-VALUE})")
    private String host = "127.0.0.1";

    @Option(
            names = "--plugins",
            paramLabel = "JAR|DIR",
            description = "where operators and connectors of your own are; may be given several times")
    private List<Path> plugins = List.of();

    ServiceSettings settings(int port) {
        return new ServiceSettings(
                kafka == null ? "" : kafka,
                cluster,
                Optional.ofNullable(name),
                host,
                port,
                plugins,
                TimeUnit.SECONDS.toMillis(kafkaTimeoutSeconds));
    }

    boolean everywhere() {
        return host.equals("0.0.0.0") || host.equals("::");
    }
}
