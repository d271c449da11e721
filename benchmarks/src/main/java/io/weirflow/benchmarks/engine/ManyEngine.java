package io.weirflow.benchmarks.engine;

import io.weirflow.benchmarks.child.ManyMain;
import java.util.ArrayList;
import java.util.List;

/**
 * Many pipelines under one coordinator and on one worker, all in one process; each reads an input of its own and writes to the same output.
 *
 * @param pipelines how many
 */
public record ManyEngine(Home home, int pipelines) implements Engine {

    /** Returns the input of a pipeline. */
    public static String input(String prefix, int number) {
        return prefix + '-' + number;
    }

    @Override
    public String name() {
        return "weirflow";
    }

    @Override
    public ChildProcess start(Job job, String bootstrapServers) {
        List<String> arguments = new ArrayList<>(
                List.of(bootstrapServers, job.id(), home.state("weirflow", job).toString()));
        for (int number = 0; number < pipelines; number++) {
            Job one = new Job(
                    job.program(),
                    job.id() + '-' + number,
                    input(job.input(), number),
                    job.output(),
                    job.rows(),
                    job.commitMs());
            arguments.add(Pipelines.write(home, job.program().label(), one, WeirflowEngine.EXACTLY_ONCE)
                    .toString());
        }
        return ChildProcess.start(
                name(), home.java(job, ManyMain.class.getName(), arguments), home.log(job.id()), line -> {});
    }
}
