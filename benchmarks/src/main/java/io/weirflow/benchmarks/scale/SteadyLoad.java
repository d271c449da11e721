package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Produces rows: first one for each key, as fast as they are taken; then keys at random, at a steady rate, on a thread of its own. */
final class SteadyLoad implements AutoCloseable {

    private static final int LINGER_MS = 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int keys;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Pace pace = new Pace();
    private @Nullable Thread thread;
    private volatile boolean stopped;
    private volatile long produced;

    SteadyLoad(String bootstrapServers, String topic, int keys) {
        this.topic = topic;
        this.keys = keys;
        // Small requests of a producer would cost the broker more than the pipeline does.
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", LINGER_MS, "batch.size", 256 << 10),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Produces a row for each key. */
    void fill() {
        for (int key = 0; key < keys; key++) {
            send(key);
        }
        producer.flush();
        check();
    }

    /** Begins to produce at a rate. */
    void start(int perSecond) {
        Thread started = new Thread(() -> run(1_000_000L / perSecond), "steady-load");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    private void run(long intervalUs) {
        long startUs = Clocks.epochUs();
        for (long number = 0; !stopped; number++) {
            long dueUs = startUs + number * intervalUs;
            Clocks.parkUntilUs(dueUs);
            pace.done(dueUs / 1_000, Clocks.epochMs());
            send(mixed(produced) % keys);
        }
    }

    private void send(long key) {
        long id = produced;
        String row = "{\"id\":" + id + ",\"a\":" + mixed(id + 1) % keys + ",\"b\":" + key + ",\"c\":"
                + mixed(id + 2) % keys + "}";
        int partition = (int) (id % Topics.PARTITIONS);
        var unused = producer.send(
                new ProducerRecord<>(topic, partition, null, row.getBytes(StandardCharsets.US_ASCII)),
                (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
        produced = id + 1;
    }

    /** A number of 0 or more that does not follow from its neighbours. */
    static long mixed(long number) {
        long mixed = (number ^ (number >>> 31)) * 0x9E3779B97F4A7C15L;
        return (mixed ^ (mixed >>> 29)) >>> 1;
    }

    /** Returns how well the steady rate was kept. */
    Pace pace() {
        return pace;
    }

    /** Returns the rows so far. */
    long produced() {
        return produced;
    }

    /** Ends it; everything is in the topic then. */
    void stop() throws InterruptedException {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.join();
        }
        producer.flush();
        check();
    }

    private void check() {
        Exception problem = failure.get();
        if (problem != null) {
            throw new BenchException("rows cannot be produced: " + problem);
        }
    }

    @Override
    public void close() {
        stopped = true;
        producer.close();
    }
}
