package io.weirflow.benchmarks.nemesis.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weirflow.testkit.history.Place;
import io.weirflow.testkit.history.ReadHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all topics of all loads as their users would, committed records only: once while they are written, and once more afterwards. Used by one
 * thread.
 */
public final class Reader implements AutoCloseable {

    private static final Duration WAIT = Duration.ofMillis(50);

    private final String bootstrapServers;
    private final Map<String, Load> loads = new HashMap<>();
    private final List<TopicPartition> partitions;
    private final ReadHistory reads;
    private final ObjectMapper json = new ObjectMapper();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long inputs;

    /** @param reads hears of each record */
    public Reader(String bootstrapServers, List<Load> loads, ReadHistory reads) {
        this.bootstrapServers = bootstrapServers;
        this.reads = reads;
        loads.forEach(load -> load.topics().forEach(topic -> this.loads.put(topic.name(), load)));
        this.partitions = loads.stream()
                .flatMap(load -> load.topics().stream())
                .flatMap(Reader::partitionsOf)
                .toList();
        this.consumer = open();
    }

    private static Stream<TopicPartition> partitionsOf(Load.Topic topic) {
        return IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition));
    }

    private KafkaConsumer<byte[], byte[]> open() {
        KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "none",
                        "metadata.recovery.strategy",
                        "none",
                        "allow.auto.create.topics",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        opened.assign(partitions);
        partitions.forEach(partition -> opened.seek(partition, 0));
        return opened;
    }

    /** Takes what has become visible, waiting a little for it. */
    public void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
            Place place = place(record);
            reads.first(place, hash(record));
            Load load = loads.get(record.topic());
            if (load != null) {
                inputs += load.topics().get(0).name().equals(record.topic()) ? 1 : 0;
                load.record(place, parse(record));
            }
        }
    }

    /** Returns how many records it has read of the first topics of all loads, their inputs. */
    public long inputs() {
        return inputs;
    }

    /** Reads all that is there from the beginning, with a consumer of its own. */
    public void readAgain() {
        try (KafkaConsumer<byte[], byte[]> again = open()) {
            while (partitions.stream()
                    .anyMatch(partition -> again.position(partition) < consumer.position(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : again.poll(WAIT)) {
                    // What has come since the first reader's last poll is no business of this comparison.
                    if (record.offset() < consumer.position(new TopicPartition(record.topic(), record.partition()))) {
                        reads.again(place(record), hash(record));
                    }
                }
            }
        }
    }

    private static Place place(ConsumerRecord<byte[], byte[]> record) {
        return new Place(record.topic(), record.partition(), record.offset());
    }

    private static long hash(ConsumerRecord<byte[], byte[]> record) {
        return (long) Arrays.hashCode(record.key()) << 32 | Arrays.hashCode(record.value()) & 0xFFFF_FFFFL;
    }

    private com.fasterxml.jackson.databind.JsonNode parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return json.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(place(record) + " is no JSON", e);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
