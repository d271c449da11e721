package io.weirflow.benchmarks.child;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What no engine on this broker can undercut: {@code FloorMain MODE BOOTSTRAP INPUT OUTPUT ID ROWS}.
 *
 * <ul>
 *   <li>{@code read}: a plain consumer reads the input, then one record says that it has.
 *   <li>{@code loops-N}: N loops, each reads a topic and writes what it has read to the next at once, and a last one that writes to the output in
 *       transactions back to back, offsets included.
 * </ul>
 */
public final class FloorMain {

    private static final int PARTITIONS = 4;
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final String LOOPS = "loops-";

    private final String bootstrapServers;
    private final String id;

    private FloorMain(String bootstrapServers, String id) {
        this.bootstrapServers = bootstrapServers;
        this.id = id;
    }

    /** Runs until it has read everything, or until it is killed. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        FloorMain floor = new FloorMain(args[1], args[4]);
        if (args[0].startsWith(LOOPS)) {
            floor.loops(Integer.parseInt(args[0].substring(LOOPS.length())), args[2], args[3]);
        } else {
            floor.read(args[2], args[3], Long.parseLong(args[5]));
        }
    }

    private void read(String input, String output, long rows) throws ExecutionException, InterruptedException {
        long left = rows;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(input)) {
            while (left > 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
                    if (record.value() != null) {
                        left--;
                    }
                }
            }
        }
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            producer.send(new ProducerRecord<>(output, "{\"done\":1}".getBytes(StandardCharsets.US_ASCII)))
                    .get();
        }
    }

    private void loops(int count, String input, String output) throws InterruptedException, ExecutionException {
        createTopics(count);
        List<Thread> threads = new ArrayList<>();
        for (int hop = 1; hop <= count; hop++) {
            String from = hop == 1 ? input : hop(hop - 1);
            String to = hop(hop);
            threads.add(new Thread(() -> loop(from, to), "hop-" + hop));
        }
        threads.add(new Thread(() -> transactions(hop(count), output), "transactions"));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private String hop(int number) {
        return id + "-hop-" + number;
    }

    private void createTopics(int count) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(IntStream.rangeClosed(1, count)
                            .mapToObj(number ->
                                    new NewTopic(hop(number), Optional.of(PARTITIONS), Optional.<Short>empty()))
                            .toList())
                    .all()
                    .get();
        }
    }

    private void loop(String from, String to) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(from);
                KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            while (true) {
                forward(consumer.poll(WAIT), to, producer);
            }
        }
    }

    private void transactions(String from, String output) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(from);
                KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", id))) {
            producer.initTransactions();
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(WAIT);
                if (!records.isEmpty()) {
                    producer.beginTransaction();
                    forward(records, output, producer);
                    producer.sendOffsetsToTransaction(positions(consumer), consumer.groupMetadata());
                    producer.commitTransaction();
                }
            }
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        consumer.assignment()
                .forEach(partition -> positions.put(partition, new OffsetAndMetadata(consumer.position(partition))));
        return positions;
    }

    /** To the next partition each time, as a shuffle would. */
    private static void forward(
            ConsumerRecords<byte[], byte[]> records, String to, KafkaProducer<byte[], byte[]> producer) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            int partition = (record.partition() + 1) % PARTITIONS;
            var sent = producer.send(new ProducerRecord<>(to, partition, null, record.value()), (metadata, problem) -> {
                if (problem != null) {
                    throw new IllegalStateException("a record was not written", problem);
                }
            });
            if (sent.isCancelled()) {
                throw new IllegalStateException("a record was not written");
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", bootstrapServers);
        config.put("isolation.level", "read_committed");
        config.put("enable.auto.commit", false);
        config.put("group.id", id + "-" + topic);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", bootstrapServers);
        config.put("linger.ms", 0);
        // A transaction that follows at once waits for the markers of the last one, by default for 100 ms at a time.
        config.put("retry.backoff.ms", 2);
        config.put("retry.backoff.max.ms", 200);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
