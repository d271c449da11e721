package io.weirflow.benchmarks.engine;

import io.weirflow.benchmarks.child.StreamsMain;
import java.util.List;

/**
 * Kafka Streams with exactly_once_v2.
 *
 * @param commitMs its commit interval; 0 for the job's
 */
public record StreamsEngine(Home home, long commitMs) implements Engine {

    @Override
    public String name() {
        return "kafka-streams" + (commitMs == 0 ? "" : "-" + commitMs + "ms");
    }

    /** Windows are not held back until they close, which is how Kafka Streams is fastest. */
    @Override
    public boolean updates(Job.Program program) {
        return program.windows();
    }

    @Override
    public ChildProcess start(Job job, String bootstrapServers) {
        List<String> arguments = List.of(
                job.program().name(),
                bootstrapServers,
                job.input(),
                job.output(),
                job.id(),
                Long.toString(commitMs == 0 ? job.commitMs() : commitMs),
                home.state("streams", job).toString());
        return ChildProcess.start(
                name(), home.java(job, StreamsMain.class.getName(), arguments), home.log(job.id()), line -> {});
    }
}
