package io.weirflow.benchmarks.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Flink's side of the benchmarks: {@code FlinkMain PROGRAM BOOTSTRAP INPUT OUTPUT ID CHECKPOINT_MS WORK_DIR rocksdb|heap}. Everything in one JVM,
 * a task slot per processor, checkpoints with exactly-once, a transactional sink; runs until it is killed.
 */
public final class FlinkMain {

    private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(5);

    /**
     * Rows come in order. But a session includes a row that comes exactly the gap after its last one, and Flink takes it for ended 1 ms before, so that such a row
     * was now and then in a session of its own.
     */
    private static final Duration OUT_OF_ORDERNESS = Duration.ofMillis(1);

    private FlinkMain() {}

    /** Runs the job. */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(
                Runtime.getRuntime().availableProcessors(), configuration(args));
        // Records are reused between chained operators: none of ours keeps or changes one.
        env.getConfig().enableObjectReuse();
        KafkaSource<byte[]> source = KafkaSource.<byte[]>builder()
                .setBootstrapServers(args[1])
                .setTopics(args[2])
                .setGroupId(args[4])
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty("isolation.level", "read_committed")
                .setValueOnlyDeserializer(new Bytes())
                .build();
        DataStream<byte[]> input =
                env.fromSource(source, WatermarkStrategy.forBoundedOutOfOrderness(OUT_OF_ORDERNESS), "input");
        Jobs.of(args[0], input).sinkTo(sink(args));
        env.execute(args[4]);
    }

    private static KafkaSink<byte[]> sink(String[] args) {
        Properties producer = new Properties();
        // The broker allows a quarter of an hour; Flink's default is an hour.
        producer.put("transaction.timeout.ms", "600000");
        return KafkaSink.<byte[]>builder()
                .setBootstrapServers(args[1])
                .setKafkaProducerConfig(producer)
                .setTransactionalIdPrefix(args[4])
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setRecordSerializer(KafkaRecordSerializationSchema.<byte[]>builder()
                        .setTopic(args[3])
                        .setValueSerializationSchema(new Bytes())
                        .build())
                .build();
    }

    private static Configuration configuration(String[] args) throws IOException {
        Configuration config = new Configuration();
        config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(Long.parseLong(args[5])));
        config.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder(args, "checkpoints"));
        config.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        // So that a run that was killed can go on: with the newest checkpoint that is complete.
        config.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        newestCheckpoint(args).ifPresent(path -> config.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
        config.set(StateBackendOptions.STATE_BACKEND, args[7].equals("heap") ? "hashmap" : args[7]);
        config.set(ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT);
        config.set(RestOptions.BIND_PORT, "0");
        config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
        config.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        config.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        return config;
    }

    private static Optional<String> newestCheckpoint(String[] args) throws IOException {
        Path folder = Path.of(args[6], args[4], "checkpoints");
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals("_metadata"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .map(file -> file.getParent().toUri().toString());
        }
    }

    private static String folder(String[] args, String name) {
        return Path.of(args[6], args[4], name).toUri().toString();
    }
}
