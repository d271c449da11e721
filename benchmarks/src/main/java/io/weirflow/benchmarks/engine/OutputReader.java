package io.weirflow.benchmarks.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads an engine's output as its user would: committed records only. Used by one thread. */
public final class OutputReader implements AutoCloseable {

    private static final Duration WAIT = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    public OutputReader(String bootstrapServers, String topic) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "allow.auto.create.topics",
                false);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        partitions = IntStream.range(0, Topics.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        partitions.forEach(consumer::position);
    }

    /**
     * Hands over what has become visible, waiting a little for it. Records without a value, as updating engines write them for what no longer
     * holds, are passed over.
     *
     * @return the number of records
     */
    public int poll(Consumer<byte[]> onValue) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(WAIT);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.value() != null) {
                onValue.accept(record.value());
            }
        }
        return records.count();
    }

    /** Hands over all that is visible now, from the beginning. */
    public void readAgain(Consumer<byte[]> onValue) {
        consumer.seekToBeginning(partitions);
        drain(onValue);
    }

    /** Hands over all that is visible now. */
    public void drain(Consumer<byte[]> onValue) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            poll(onValue);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
