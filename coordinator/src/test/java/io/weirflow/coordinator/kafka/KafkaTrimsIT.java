package io.weirflow.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.KafkaAccess;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.coordinator.Plans;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule R14 on a broker: what a leader has trimmed is gone, and the rest is there. */
@Timeout(60)
final class KafkaTrimsIT {

    private static final int RECORDS = 10;
    private static final LogPartition INBOX = new LogPartition("trimmed.out.inbox", 0);

    @Test
    void recordsBeforeAnOffsetAreRemovedAndItsTopicIsMeasured() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                KafkaCluster cluster =
                        KafkaCluster.connect(CoordinatorSettings.of(broker.bootstrapServers(), "trims", "c1"))) {
            cluster.ensureTopics(Plans.twoStages("trimmed", 1), true);
            fill(broker);
            cluster.trim(Map.of(INBOX, 6L));
            awaitStart(broker, 6);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(cluster.bytesOnDisk().getOrDefault(INBOX.topic(), 0L))
                            .isPositive());
            // Once more, and further than the log goes: nothing comes of it, and nothing is lost by it.
            cluster.trim(Map.of(INBOX, 4L));
            cluster.trim(Map.of(INBOX, 1_000L));
            cluster.trim(Map.of(INBOX, 8L));
            awaitStart(broker, 8);
        }
    }

    private static void fill(EmbeddedBroker broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(INBOX.topic(), INBOX.partition(), null, new byte[] {1, 2, 3}))
                        .get();
            }
        }
    }

    private static void awaitStart(EmbeddedBroker broker, long start) {
        TopicPartition partition = new TopicPartition(INBOX.topic(), INBOX.partition());
        try (KafkaConsumer<byte[], byte[]> consumer =
                Consumers.create(KafkaAccess.open(broker.bootstrapServers()), "read_uncommitted")) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(consumer.beginningOffsets(List.of(partition)))
                            .containsEntry(partition, start));
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, (long) RECORDS);
        }
    }
}
