package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.data.OutputRow;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.Topics;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the committed output on a thread of its own. Every row must come exactly once, and the counts of each key must be 1, 2, 3 … in some order: then
 * no change of state was lost or made twice.
 */
final class OutputCheck implements AutoCloseable {

    private static final Duration WAIT = Duration.ofMillis(200);
    private static final List<String> COLUMNS = List.of("id", "b", "n");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Flow flow;
    private final int stage;
    private final OutputRow row = new OutputRow(COLUMNS);
    private final BitSet seen = new BitSet();
    private final long[] rowsOfKey;
    private final long[] sumOfKey;
    private final Thread thread;
    private long doubles;
    private final AtomicLong rows = new AtomicLong();
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    OutputCheck(String bootstrapServers, String topic, int keys, int stage, Flow flow) {
        this.flow = flow;
        this.stage = stage;
        this.rowsOfKey = new long[keys];
        this.sumOfKey = new long[keys];
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "allow.auto.create.topics",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, Topics.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.thread = new Thread(this::run, "output-check");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
                    take(record);
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            consumer.close();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        long[] values = row.read(record.value());
        int id = (int) values[0];
        if (seen.get(id)) {
            doubles++;
        }
        seen.set(id);
        rowsOfKey[(int) values[1]]++;
        sumOfKey[(int) values[1]] += values[2];
        flow.rows(stage, record.timestamp(), 1);
        rows.incrementAndGet();
    }

    /** Returns the rows so far. */
    long rows() {
        RuntimeException problem = failure;
        if (problem != null) {
            throw new BenchException("the output cannot be read: " + problem);
        }
        return rows.get();
    }

    /** Returns what is wrong, once it is closed. */
    Optional<String> verdict(long produced) {
        long missing = produced - seen.cardinality();
        long wrongKeys = IntStream.range(0, rowsOfKey.length)
                .filter(key -> sumOfKey[key] != rowsOfKey[key] * (rowsOfKey[key] + 1) / 2)
                .count();
        return missing == 0 && doubles == 0 && wrongKeys == 0
                ? Optional.empty()
                : Optional.of(missing + " rows are missing, " + doubles + " came twice, the counts of " + wrongKeys
                        + " keys are wrong");
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
