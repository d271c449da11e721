package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.connect.EnvironmentSecrets;
import io.weirflow.worker.kafka.KafkaConnection;
import io.weirflow.worker.kafka.KafkaWorkerLogs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One worker on a real broker: rows go over a shuffle into sinks once, also when the worker is dropped in the middle. */
final class WorkerIT {

    private static final RowType ROWS =
            RowType.of(Column.required("id", DataType.Scalar.BIGINT), Column.required("at", DataType.Scalar.TIMESTAMP));
    private static final long COUNT = 20_000;

    private static EmbeddedBroker broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.startTemporary();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void bringsEveryRowOnceToTheSinks() throws Exception {
        Pipeline pipeline = pipeline("once", 0);
        try (ControlScript control = new ControlScript(broker.bootstrapServers(), new Names("once"))) {
            control.createTopics(pipeline);
            control.admit(pipeline, Incarnation.FIRST, folder);
            WorkerId id = new WorkerId("w", 1);
            control.assignAll(pipeline, Incarnation.FIRST, id, 1);
            try (Worker worker = worker(id, "once")) {
                worker.start();
                awaitFinished(worker);
                control.phase(pipeline, Incarnation.FIRST, Phase.COMPLETING);
                awaitFile();
            }
        }
        assertExactlyOnce("once");
        assertThat(ids("once-again")).isEqualTo(expectedIds());
    }

    @Test
    void goesOnAfterTheWorkerIsDropped() throws Exception {
        Pipeline pipeline = pipeline("dropped", 8_000);
        try (ControlScript control = new ControlScript(broker.bootstrapServers(), new Names("dropped"))) {
            control.createTopics(pipeline);
            control.admit(pipeline, Incarnation.FIRST, folder);
            for (int life = 1; life <= 3; life++) {
                WorkerId id = new WorkerId("w", life);
                control.assignAll(pipeline, Incarnation.FIRST, id, life);
                Worker worker = worker(id, "dropped");
                worker.start();
                awaitRows(worker, life * 2_500L);
                control.trigger(pipeline, life);
                awaitRows(worker, life * 2_500L + 1_000);
                worker.abandon();
            }
            WorkerId id = new WorkerId("w", 4);
            control.assignAll(pipeline, Incarnation.FIRST, id, 4);
            try (Worker worker = worker(id, "dropped")) {
                worker.start();
                awaitFinished(worker);
                control.phase(pipeline, Incarnation.FIRST, Phase.COMPLETING);
                awaitFile();
            }
        }
        assertExactlyOnce("dropped");
        // What was made after the last checkpoint of a life comes again, and nothing is missing.
        assertThat(new HashSet<>(ids("dropped-again"))).isEqualTo(new HashSet<>(expectedIds()));
    }

    private Worker worker(WorkerId id, String cluster) {
        return new Worker(
                WorkerSettings.of(id, folder.resolve("state"), 2),
                new KafkaWorkerLogs(new KafkaConnection(broker.bootstrapServers(), "w"), new Names(cluster)),
                Connectors.load(getClass().getClassLoader()),
                new EnvironmentSecrets(Map.of()),
                new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis),
                getClass().getClassLoader(),
                () -> System.nanoTime() / 1_000_000);
    }

    private static void awaitFinished(Worker worker) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> worker.slots().size() == 4
                        && worker.slots().stream().allMatch(slot -> slot.status() instanceof SlotStatus.Finished));
    }

    private static void awaitRows(Worker worker, long atLeast) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> worker.slots().stream()
                                .mapToLong(slot -> slot.metrics().position())
                                .max()
                                .orElse(0)
                        >= atLeast);
    }

    private void awaitFile() {
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(folder.resolve("out.jsonl")));
    }

    private void assertExactlyOnce(String name) throws Exception {
        List<String> expected = expectedIds();
        assertThat(Files.readAllLines(folder.resolve("out.jsonl")).stream()
                        .map(WorkerIT::id)
                        .sorted()
                        .toList())
                .isEqualTo(expected);
        assertThat(ids(name + "-out")).isEqualTo(expected);
    }

    private static List<String> expectedIds() {
        List<String> expected = new ArrayList<>();
        for (long id = 0; id < COUNT; id++) {
            expected.add(Long.toString(id));
        }
        Collections.sort(expected);
        return expected;
    }

    /** Both are sorted: to compare thousands in any order takes a minute. */
    private static List<String> ids(String topic) {
        return readTopic(topic).stream().map(WorkerIT::id).sorted().toList();
    }

    private static String id(String json) {
        return json.replaceAll("\\{\"id\":(\\d+),.*", "$1");
    }

    private static List<String> readTopic(String topic) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("isolation.level", "read_committed");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(new String(record.value())));
            }
        }
        return values;
    }

    private Pipeline pipeline(String name, long rate) {
        Options generator = new Options(Map.of("kind", "counter", "rows", COUNT))
                .with("rate", rate)
                .with("partitions", 2L);
        StageInput.Source source = new StageInput.Source(
                "numbers",
                "generator",
                generator,
                "json",
                Options.NONE,
                ROWS,
                new EventTime.ByColumn(1, 0, 0),
                true,
                false);
        Expr key = new Expr.ColumnRef(0, DataType.Scalar.BIGINT, false);
        Step send = new Step(
                0,
                "numbers",
                List.of(new Upstream.FromPort(0, Tag.MAIN)),
                ROWS,
                ROWS,
                new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of(key))));
        Step file = sink(0, "file", Guarantee.EXACTLY_ONCE, new Options(Map.of("path", "out.jsonl")));
        Step topic =
                sink(1, "kafka", Guarantee.EXACTLY_ONCE, new Options(Map.of("topic", name + "-out", "partitions", 3L)));
        Step again = sink(
                2,
                "kafka",
                Guarantee.AT_LEAST_ONCE,
                new Options(Map.of("topic", name + "-again", "partitions", 3L, "key", List.of("id"))));
        return new Pipeline(
                name,
                List.of(
                        new StagePlan(0, "numbers", "numbers", 2, source, List.of(send)),
                        new StagePlan(
                                1,
                                "spread",
                                "spread",
                                2,
                                new StageInput.Inbox(List.of(new StageInput.Port(0, ROWS))),
                                List.of(file, topic, again))));
    }

    private static Step sink(int id, String connector, Guarantee guarantee, Options options) {
        return new Step(
                id,
                connector,
                List.of(new Upstream.FromPort(0, Tag.MAIN)),
                ROWS,
                ROWS,
                new StepSpec.Sink(connector + id, connector, options, "json", Options.NONE, guarantee));
    }
}
