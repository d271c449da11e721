package io.weirflow.cli.it;

import io.weirflow.broker.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What is in a topic. */
final class Topics {

    private Topics() {}

    /** Returns all rows that are committed. */
    static List<String> rows(EmbeddedBroker broker, String topic) {
        return values(broker, topic).stream()
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    /** Returns the size of all that is committed. */
    static long bytes(EmbeddedBroker broker, String topic) {
        return values(broker, topic).stream().mapToLong(value -> value.length).sum();
    }

    private static List<byte[]> values(EmbeddedBroker broker, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<byte[]> values = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(row -> values.add(row.value()));
            }
            return values;
        }
    }
}
