package io.weirflow.benchmarks.engine;

import io.weirflow.benchmarks.child.FloorMain;
import java.util.List;

/**
 * The least that any engine on this broker must do: plain clients without a calculation.
 *
 * @param name in tables
 * @param mode of {@link FloorMain}
 */
public record FloorEngine(Home home, String name, String mode) implements Engine {

    @Override
    public boolean calculates() {
        return false;
    }

    @Override
    public ChildProcess start(Job job, String bootstrapServers) {
        List<String> arguments =
                List.of(mode, bootstrapServers, job.input(), job.output(), job.id(), Long.toString(job.rows()));
        return ChildProcess.start(
                name(), home.java(job, FloorMain.class.getName(), arguments), home.log(job.id()), line -> {});
    }
}
