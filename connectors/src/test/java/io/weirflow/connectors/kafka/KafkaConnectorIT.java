package io.weirflow.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.Kit.Collector;
import io.weirflow.connectors.format.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaConnectorIT {

    private static EmbeddedBroker broker;
    private static Admin admin;

    private final KafkaSource source = new KafkaSource();

    @BeforeAll
    static void start() throws Exception {
        // Not the default of ten seconds: a machine of others may stand still for as long.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        broker = EmbeddedBroker.startTemporary();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    private static void create(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new java.util.HashMap<>(more);
        config.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, long atMs, String value) {
        return new ProducerRecord<>(
                topic, 0, atMs, null, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(String topic, int from, int to) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (int i = from; i < to; i++) {
                producer.send(record(topic, 1000 + i, "r" + i)).get();
            }
        }
    }

    private SourceContext context(Object... options) {
        return new SourceContext(
                Kit.options(options),
                "json",
                Options.NONE,
                Path.of("."),
                KafkaAccess.open(broker.bootstrapServers()),
                SecretRef::template);
    }

    private Collector read(PartitionReader reader, long position, int count) {
        Collector seen = new Collector();
        try (reader) {
            reader.seek(position);
            await().until(() -> {
                reader.poll(seen, 3);
                return seen.seen.size() >= count;
            });
        }
        return seen;
    }

    @Test
    void readsAndResumes() throws Exception {
        create("plain");
        send("plain", 0, 10);
        SourceContext context = context("topic", "plain");
        assertThat(source.partitions(context)).isEqualTo(2);
        Collector all = read(source.open(context, 0), 0, 10);
        assertThat(all.texts()).containsExactly("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9");
        Collector rest = read(source.open(context, 0), all.seen.get(6).nextPosition(), 3);
        assertThat(rest.seen).isEqualTo(all.seen.subList(7, 10));
        Collector byTime = read(source.open(context("topic", "plain", "from", "1008"), 0), 0, 2);
        assertThat(byTime.texts()).containsExactly("r8", "r9");
    }

    @Test
    void latestReadsWhatComesLater() throws Exception {
        create("later");
        send("later", 0, 3);
        PartitionReader reader = source.open(context("topic", "later", "from", "latest"), 0);
        Collector seen = new Collector();
        reader.seek(0);
        await().until(() -> {
            reader.poll(seen, 5);
            return reader.lag() == 0;
        });
        send("later", 3, 5);
        await().until(() -> {
            reader.poll(seen, 5);
            return seen.seen.size() == 2;
        });
        assertThat(seen.texts()).containsExactly("r3", "r4");
        reader.close();
    }

    @Test
    void seesOnlyWhatIsCommitted() throws Exception {
        create("tx");
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "t"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record("tx", 1, "aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record("tx", 1, "committed")).get();
            producer.send(record("tx", 1, null)).get();
            producer.commitTransaction();
        }
        Collector seen = read(source.open(context("topic", "tx"), 0), 0, 2);
        assertThat(seen.texts()).containsExactly("committed", "");
    }

    @Test
    void oversizedRecordsAreMalformed() throws Exception {
        create("large");
        send("large", 0, 1);
        Collector seen = read(source.open(context("topic", "large", "max_record_bytes", 1L), 0), 0, 1);
        assertThat(seen.seen.get(0).reason()).isEqualTo("the record has 2 bytes; max_record_bytes is 1");
    }

    @Test
    void lostRecordsAreTold() throws Exception {
        create("short");
        send("short", 0, 10);
        admin.deleteRecords(Map.of(new TopicPartition("short", 0), RecordsToDelete.beforeOffset(6)))
                .all()
                .get();
        PartitionReader reader = source.open(context("topic", "short"), 0);
        reader.seek(2);
        assertThatThrownBy(() -> await().until(() -> reader.poll(new Collector(), 5) > 0))
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.retriable()).isFalse())
                .hasMessageContaining("removed 4 offsets");
        reader.close();
        assertThat(read(source.open(context("topic", "short"), 0), 0, 4).texts())
                .startsWith("r6");
        PartitionReader ahead = source.open(context("topic", "short"), 0);
        ahead.seek(99);
        assertThatThrownBy(() -> await().until(() -> ahead.poll(new Collector(), 5) > 0))
                .hasMessageContaining("made anew");
        ahead.close();
    }

    /** Also with two readers of one partition, which one consumer cannot serve. */
    @Test
    void readersShareConsumersAndEndThemTogether() throws Exception {
        KafkaSource shared = new KafkaSource(1);
        create("shared-a");
        create("shared-b");
        send("shared-a", 0, 5);
        send("shared-b", 5, 8);
        PartitionReader a = shared.open(context("topic", "shared-a"), 0);
        PartitionReader b = shared.open(context("topic", "shared-b", "from", "latest"), 0);
        PartitionReader empty = shared.open(context("topic", "shared-b"), 1);
        a.seek(0);
        b.seek(1);
        empty.seek(0);
        assertThat(shared.consumers()).isEqualTo(1);
        PartitionReader again = shared.open(context("topic", "shared-a"), 0);
        again.seek(3);
        assertThat(shared.consumers()).isEqualTo(2);
        assertThat(read(a, 5)).containsExactly("r0", "r1", "r2", "r3", "r4");
        assertThat(read(b, 2)).containsExactly("r6", "r7");
        assertThat(read(again, 2)).containsExactly("r3", "r4");
        a.close();
        again.close();
        send("shared-b", 8, 9);
        assertThat(read(b, 1)).containsExactly("r8");
        b.close();
        empty.close();
        assertThat(shared.consumers()).isZero();
    }

    private List<String> read(PartitionReader reader, int count) {
        Collector seen = new Collector();
        await().until(() -> {
            reader.poll(seen, 3);
            return seen.seen.size() >= count;
        });
        return seen.texts();
    }

    /** More than a lane takes, of a partition that is not read, beside one that is. */
    @Test
    void aReaderThatDoesNotKeepUpHoldsUpNobodyAndLosesNothing() throws Exception {
        KafkaSource shared = new KafkaSource(1);
        create("slow");
        create("quick");
        int records = 300;
        byte[] large = new byte[20_000];
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (int i = 0; i < records; i++) {
                var unused = producer.send(new ProducerRecord<>("slow", 0, null, large));
            }
        }
        send("quick", 0, 3);
        PartitionReader slow = shared.open(context("topic", "slow"), 0);
        PartitionReader quick = shared.open(context("topic", "quick"), 0);
        slow.seek(0);
        Collector first = new Collector();
        await().until(() -> slow.poll(first, 1) == 1);
        quick.seek(0);
        assertThat(read(quick, 3)).containsExactly("r0", "r1", "r2");
        send("quick", 3, 5);
        assertThat(read(quick, 2)).containsExactly("r3", "r4");
        assertThat(slow.lag()).isEqualTo(records - 1);
        Collector rest = new Collector();
        await().until(() -> {
            slow.poll(rest, 7);
            return rest.seen.size() == records - 1;
        });
        assertThat(rest.seen).extracting(Kit.Seen::position).isSorted().doesNotHaveDuplicates();
        assertThat(rest.seen.get(records - 2).nextPosition()).isEqualTo(records);
        slow.close();
        quick.close();
    }

    @Test
    void whatIsWrongWithOnePartitionIsNotToldToTheOthers() throws Exception {
        KafkaSource shared = new KafkaSource(1);
        create("sound");
        create("cut");
        send("sound", 0, 2);
        send("cut", 0, 10);
        admin.deleteRecords(Map.of(new TopicPartition("cut", 0), RecordsToDelete.beforeOffset(6)))
                .all()
                .get();
        PartitionReader sound = shared.open(context("topic", "sound"), 0);
        PartitionReader cut = shared.open(context("topic", "cut"), 0);
        sound.seek(0);
        cut.seek(1);
        assertThatThrownBy(() -> await().until(() -> cut.poll(new Collector(), 5) > 0))
                .hasMessageContaining("removed 5 offsets");
        send("sound", 2, 4);
        assertThat(read(sound, 4)).containsExactly("r0", "r1", "r2", "r3");
        cut.close();
        sound.close();
    }

    @Test
    void whoWaitsForRecordsIsWoken() throws Exception {
        create("waking");
        Semaphore wakes = new Semaphore(0);
        try (PartitionReader reader = source.open(context("topic", "waking"), 0)) {
            reader.seek(0);
            reader.onArrival(wakes::release);
            assertThat(reader.poll(new Collector(), 5)).isZero();
            send("waking", 0, 1);
            assertThat(wakes.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            Collector seen = new Collector();
            assertThat(reader.poll(seen, 5)).isEqualTo(1);
            assertThat(seen.texts()).containsExactly("r0");
        }
    }

    /** While the broker is away there is nothing to read and no error; afterwards reading goes on where it was. */
    @Test
    void waitsForABrokerThatIsAway(@TempDir Path dir) throws Exception {
        EmbeddedBroker first = EmbeddedBroker.start(EmbeddedBrokerConfig.of(dir));
        String servers = first.bootstrapServers();
        int port = Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1));
        sendTo(servers, "before");
        SourceContext context = new SourceContext(
                Kit.options("topic", "away"),
                "json",
                Options.NONE,
                Path.of("."),
                KafkaAccess.open(servers),
                SecretRef::template);
        Collector seen = new Collector();
        try (PartitionReader reader = source.open(context, 0)) {
            reader.seek(0);
            await().until(() -> reader.poll(seen, 5) > 0);
            first.close();
            for (int i = 0; i < 200; i++) {
                assertThat(reader.poll(seen, 5)).isZero();
            }
            EmbeddedBroker second =
                    EmbeddedBroker.start(EmbeddedBrokerConfig.of(dir).withPort(port));
            try {
                sendTo(servers, "after");
                await().atMost(Duration.ofSeconds(30)).until(() -> reader.poll(seen, 5) > 0);
            } finally {
                second.close();
            }
        }
        assertThat(seen.texts()).containsExactly("before", "after");
    }

    private static void sendTo(String servers, String value) throws Exception {
        try (Admin there = Admin.create(Map.of("bootstrap.servers", servers));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer())) {
            if (!there.listTopics().names().get().contains("away")) {
                there.createTopics(List.of(new NewTopic("away", 1, (short) 1)))
                        .all()
                        .get();
            }
            producer.send(record("away", 1, value)).get();
        }
    }

    @Test
    void anAbsentTopicIsTold() {
        assertThatThrownBy(() -> source.partitions(context("topic", "nope")))
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.retriable()).isFalse())
                .hasMessageContaining("there is no topic 'nope' on " + broker.bootstrapServers());
    }

    @Test
    void theSinkMakesItsTopicOnce() throws Exception {
        RowType type = RowType.of(Column.of("a", Scalar.VARCHAR));
        KafkaSink sink = new KafkaSink();
        sink.prepare(sinkContext(type, Kit.options("topic", "made")));
        sink.prepare(sinkContext(type, Kit.options("topic", "made")));
        sink.prepare(sinkContext(type, Kit.options("topic", "made", "partitions", 4L)));
        assertThat(source.partitions(context("topic", "made"))).isEqualTo(4);
        assertThatThrownBy(() -> sink.prepare(sinkContext(type, Kit.options("topic", "made", "partitions", 3L))))
                .hasMessageContaining("has 4 partitions and not 3");
    }

    private static SinkContext sinkContext(RowType type, Options options) {
        return new SinkContext(
                "p",
                "run-1",
                "out",
                options,
                new JsonFormat().encoder(Options.NONE, type).orElseThrow(),
                type,
                Guarantee.EXACTLY_ONCE,
                2,
                Path.of("."),
                KafkaAccess.open(broker.bootstrapServers()),
                SecretRef::template);
    }
}
