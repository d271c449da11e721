package io.weirflow.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Flink in one JVM, with an exactly-once Kafka sink.
 *
 * @param backend {@code rocksdb} or {@code heap}
 * @param commitMs its checkpoint interval; 0 for the job's
 */
public record FlinkEngine(Home home, String backend, long commitMs) implements Engine {

    private static final String MAIN = "io.weirflow.benchmarks.flink.FlinkMain";

    @Override
    public String name() {
        return "flink-" + backend + (commitMs == 0 ? "" : "-" + commitMs + "ms");
    }

    @Override
    public ChildProcess start(Job job, String bootstrapServers) {
        if (!home.hasFlink()) {
            throw new BenchException("Flink is not built: mvn -f benchmarks/flink/pom.xml package");
        }
        List<String> arguments = new ArrayList<>(List.of(
                job.program().name(),
                bootstrapServers,
                job.input(),
                job.output(),
                job.id(),
                Long.toString(commitMs == 0 ? job.commitMs() : commitMs),
                home.work().resolve("flink").toString(),
                backend));
        return ChildProcess.start(name(), home.flink(job, MAIN, arguments), home.log(job.id()), line -> {});
    }
}
