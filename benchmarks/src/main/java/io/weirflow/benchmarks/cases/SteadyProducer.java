package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Produces rows of 200 bytes at a steady rate on a thread of its own, from {@link #start} to {@link #stop}. Each tells when it was due. */
final class SteadyProducer implements AutoCloseable {

    private static final int SIZE_BYTES = 200;
    private static final int KEYS = 100_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<String> topics;
    private final int partitions;
    private final long intervalUs;
    private final Thread thread;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean stopped;
    private volatile long produced;
    private volatile long startUs;

    /** @param topics in turn, with as many partitions as topics usually have */
    SteadyProducer(String bootstrapServers, List<String> topics, int perSecond) {
        this(bootstrapServers, topics, Topics.PARTITIONS, perSecond);
    }

    SteadyProducer(String bootstrapServers, List<String> topics, int partitions, int perSecond) {
        this.topics = topics;
        this.partitions = partitions;
        this.intervalUs = 1_000_000 / perSecond;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.thread = new Thread(this::run, "steady-producer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        startUs = Clocks.epochUs();
        for (long number = 0; !stopped; number++) {
            long dueUs = dueUs(number);
            Clocks.parkUntilUs(dueUs);
            send(number, dueUs);
            produced = number + 1;
        }
    }

    private void send(long number, long dueUs) {
        String topic = topics.get((int) (number % topics.size()));
        int partition = (int) (number / topics.size() % partitions);
        var sent =
                producer.send(new ProducerRecord<>(topic, partition, null, row(number, dueUs)), (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
        if (sent.isCancelled()) {
            throw new IllegalStateException("cancelled");
        }
    }

    /** Three keys that send the row to slots that have nothing to do with one another. */
    private static byte[] row(long number, long dueUs) {
        StringBuilder text = new StringBuilder(SIZE_BYTES);
        text.append("{\"id\":").append(number);
        text.append(",\"a\":").append(number * 31 % KEYS);
        text.append(",\"b\":").append(number * 131 % KEYS);
        text.append(",\"c\":").append(number * 1_031 % KEYS);
        text.append(",\"sent_us\":").append(dueUs);
        text.append(",\"extra\":\"");
        while (text.length() < SIZE_BYTES - 2) {
            text.append('x');
        }
        return text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns when a row is due to be produced, in microseconds since the epoch; to be asked once a row was. */
    long dueUs(long number) {
        return startUs + number * intervalUs;
    }

    /** Returns the rows produced so far, or in all once it has stopped. */
    long produced() {
        return produced;
    }

    /** Ends the stream; all of its rows are in the topic then. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        producer.flush();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("rows cannot be produced", failed);
        }
    }

    @Override
    public void close() {
        stopped = true;
        producer.close();
    }
}
