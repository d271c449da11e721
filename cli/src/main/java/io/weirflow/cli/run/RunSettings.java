package io.weirflow.cli.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How to run a pipeline here.
 *
 * @param kafka bootstrap servers of a cluster outside; empty for an embedded broker
 * @param data the folder that keeps broker and state; empty for a temporary one
 * @param port of the HTTP endpoint; empty for none
 * @param threads that run slots
 * @param plugins jars with operators, connectors and formats
 */
public record RunSettings(
        Optional<String> kafka, Optional<Path> data, Optional<Integer> port, int threads, List<Path> plugins) {

    public RunSettings {
        plugins = List.copyOf(plugins);
    }

    /** Returns the settings of a run without options. */
    public static RunSettings defaults() {
        return new RunSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                List.of());
    }
}
