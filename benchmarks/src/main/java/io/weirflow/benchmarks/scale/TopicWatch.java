package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.engine.BenchException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads topics from their beginning and as they grow, on a thread of its own. */
final class TopicWatch implements AutoCloseable {

    private static final Duration WAIT = Duration.ofMillis(200);

    private final String what;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<ConsumerRecord<byte[], byte[]>> taker;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    /**
     * Starts to read.
     *
     * @param what is read, for messages
     * @param settings of the consumer, besides those that every one has here
     * @param taker gets every record, on the thread of this
     */
    TopicWatch(
            String what,
            String bootstrapServers,
            Map<String, Object> settings,
            List<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        this.what = what;
        this.taker = taker;
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", bootstrapServers);
        all.put("enable.auto.commit", false);
        all.put("allow.auto.create.topics", false);
        this.consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.thread = new Thread(this::run, "watch " + what);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
                    taker.accept(record);
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            consumer.close();
        }
    }

    /** @throws BenchException when reading has failed */
    void check() {
        RuntimeException problem = failure;
        if (problem != null) {
            throw new BenchException(what + " cannot be read: " + problem);
        }
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
