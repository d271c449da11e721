package io.weirflow.cli;

import io.weirflow.cli.service.ServiceSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that coordinators and workers have in common. */
final class ServiceOptions {

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

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
                kafka.access()
                        .orElseThrow(() -> new RefusedException(
                                "give --kafka HOST:PORT, or start a broker first: weirflow broker --data DIR")),
                cluster,
                Optional.ofNullable(name),
                host,
                port,
                plugins,
                kafka.timeoutMs());
    }

    boolean everywhere() {
        return host.equals("0.0.0.0") || host.equals("::");
    }
}
