package io.weirflow.benchmarks.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * {@code weirflow run}, on pipelines kept as resources.
 *
 * @param home where things are
 * @param guarantee of the sink, {@code exactly_once} or {@code at_least_once}
 */
public record WeirflowEngine(Home home, String guarantee) implements Engine {

    /** The default guarantee. */
    public static final String EXACTLY_ONCE = "exactly_once";

    @Override
    public String name() {
        return guarantee.equals(EXACTLY_ONCE) ? "weirflow" : "weirflow-" + guarantee.replace('_', '-');
    }

    @Override
    public ChildProcess start(Job job, String bootstrapServers) {
        Path file = Pipelines.write(home, job.program().label(), job, guarantee);
        String data = home.state("weirflow", job).toString();
        return home.weirflow(
                name(), job, List.of("run", "--kafka", bootstrapServers, "--data", data, file.toString()), line -> {});
    }
}
