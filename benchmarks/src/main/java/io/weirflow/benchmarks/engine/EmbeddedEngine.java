package io.weirflow.benchmarks.engine;

import java.nio.file.Path;
import java.util.List;

/** {@code weirflow run} with its embedded broker, from a generator to the console: what a newcomer does. Its output is its standard output. */
public record EmbeddedEngine(Home home, Runnable onRow) implements Engine {

    @Override
    public String name() {
        return "weirflow-embedded";
    }

    @Override
    public ChildProcess start(Job job, String bootstrapServers) {
        Path file = Pipelines.write(home, "embedded", job, WeirflowEngine.EXACTLY_ONCE);
        return home.weirflow(name(), job, List.of("run", file.toString()), line -> onRow.run());
    }
}
