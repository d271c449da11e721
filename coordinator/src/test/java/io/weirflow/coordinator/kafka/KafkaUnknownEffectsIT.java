package io.weirflow.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.KafkaAccess;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.coordinator.UnknownEffects.Listed;
import io.weirflow.protocol.id.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Effects are found in the topics in which workers list them, each in a transaction of its own. */
@Timeout(60)
final class KafkaUnknownEffectsIT {

    private static final int EFFECTS = 12;
    private static final String LARGE = "x".repeat(900_000);

    private static EmbeddedBroker broker;
    private static KafkaUnknownEffects effects;

    @BeforeAll
    static void list() throws Exception {
        broker = EmbeddedBroker.startTemporary();
        effects = new KafkaUnknownEffects(KafkaAccess.open(broker.bootstrapServers()));
        List<String> topics = List.of(
                Names.unknownTopic("p", "pager"),
                Names.unknownTopic("p", "mail"),
                Names.unknownTopic("p", "empty"),
                Names.unknownTopic("large", "mail"),
                "p.pager.inbox");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "lists"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < EFFECTS; i++) {
                String topic = topics.get(i % 3 == 0 ? 1 : 0);
                inTransaction(producer, topic, i, "e" + i, true);
                // What was rolled back was never listed, however much of it there is.
                inTransaction(producer, topic, i, "never", false);
            }
            inTransaction(producer, "p.pager.inbox", 0, "no effect", true);
            for (int i = 0; i < 12; i++) {
                inTransaction(producer, Names.unknownTopic("large", "mail"), i, i + LARGE, true);
            }
        }
    }

    private static void inTransaction(
            KafkaProducer<byte[], byte[]> producer, String topic, long timeMs, String value, boolean commit) {
        producer.beginTransaction();
        var unused =
                producer.send(new ProducerRecord<>(topic, 0, timeMs, null, value.getBytes(StandardCharsets.UTF_8)));
        producer.flush();
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static List<String> newest(String pipeline, int limit) {
        return effects.newest(pipeline, limit).stream().map(Listed::json).toList();
    }

    private static List<String> from(int first) {
        return IntStream.range(first, EFFECTS).mapToObj(i -> "e" + i).toList();
    }

    @Test
    void theNewestOfAllSinksAreFoundInTheOrderOfTheirTime() {
        for (int limit : List.of(1, 4, EFFECTS - 1, EFFECTS)) {
            assertThat(newest("p", limit)).as("limit %d", limit).isEqualTo(from(EFFECTS - limit));
        }
        assertThat(newest("p", 1_000)).isEqualTo(from(0));
        assertThat(effects.newest("p", 1)).containsExactly(new Listed(EFFECTS - 1, "e" + (EFFECTS - 1)));
    }

    @Test
    void largeRowsAreFewer() {
        assertThat(newest("large", 1_000))
                .hasSizeBetween(5, 11)
                .last()
                .satisfies(last -> assertThat(last).startsWith("11x"));
        assertThat(newest("large", 3))
                .hasSize(3)
                .first()
                .satisfies(first -> assertThat(first).startsWith("9x"));
    }

    @Test
    void aPipelineWithoutAnyHasNone() {
        assertThat(newest("pager", 10)).isEmpty();
        assertThat(newest("p.pager", 10)).isEmpty();
    }
}
