package io.weirflow.benchmarks.child;

import io.weirflow.api.Edge;
import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.coordinator.Admission;
import io.weirflow.coordinator.CoordinatorService;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.connect.EnvironmentSecrets;
import io.weirflow.worker.kafka.KafkaConnection;
import io.weirflow.worker.kafka.KafkaWorkerLogs;
import io.weirflow.worker.service.Worker;
import io.weirflow.worker.service.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * One coordinator and one worker in a process, as {@code weirflow run} wires them, but for several pipelines: {@code ManyMain BOOTSTRAP CLUSTER
 * STATE_DIR FILE…}. Ends when its standard input does.
 */
public final class ManyMain {

    private static final String WORKER = "local";

    private final String kafka;
    private final EnvironmentSecrets secrets = new EnvironmentSecrets(Map.of());
    private final ClassLoader classes = ManyMain.class.getClassLoader();
    private final Connectors connectors = Connectors.load(classes);

    private ManyMain(String kafka) {
        this.kafka = kafka;
    }

    /** Runs until the standard input ends. */
    @Edge // The process's own streams and clock.
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        ManyMain main = new ManyMain(args[0]);
        try (CoordinatorService coordinator = CoordinatorService.start(
                        CoordinatorSettings.of(main.kafka, args[1], WORKER).withReplicationFactor(1));
                RocksDbRuntime states = new RocksDbRuntime(RocksDbSettings.defaults(), Clocks::epochMs);
                Worker worker = new Worker(
                        WorkerSettings.of(
                                new WorkerId(WORKER, 1),
                                Path.of(args[2]),
                                Runtime.getRuntime().availableProcessors()),
                        new KafkaWorkerLogs(new KafkaConnection(main.kafka, WORKER), new Names(args[1])),
                        main.connectors,
                        main.secrets,
                        states,
                        main.classes,
                        () -> System.nanoTime() / 1_000_000)) {
            worker.start();
            for (String file : Arrays.asList(args).subList(3, args.length)) {
                main.submit(coordinator, Path.of(file));
            }
            while (System.in.read() >= 0) {
                // Nothing is said to it.
            }
        }
    }

    private void submit(CoordinatorService coordinator, Path file) throws InterruptedException, ExecutionException {
        Compilation compilation =
                new PipelineCompiler().compile(file, Environment.of(Map.of()), ConnectorCatalog.load(classes));
        if (!compilation.ok()) {
            throw new IllegalArgumentException(file + ": " + compilation.problems());
        }
        Path baseDir = compilation.baseDir();
        Pipeline pipeline = compilation.plan(source -> connectors
                .source(source.connector())
                .partitions(new SourceContext(
                        source.options(),
                        source.format(),
                        source.formatOptions(),
                        baseDir,
                        KafkaAccess.open(kafka),
                        secrets)));
        if (coordinator.submit(pipeline, baseDir.toString()).get() instanceof Admission.Refused refused) {
            throw new IllegalStateException(file + ": " + refused.message());
        }
    }
}
