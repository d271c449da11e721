package io.weirflow.benchmarks.nemesis.load;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends the inputs of all loads at a steady rate, on a thread of its own; waits while the broker is away. */
public final class Feeder implements AutoCloseable {

    private static final long TICK_US = 20_000;
    private static final int PATIENCE_MS = 600_000;
    private static final long SECOND_US = 1_000_000;

    private final List<Load> loads;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Load, Double> owed = new HashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "feeder");
    private volatile boolean stopping;

    public Feeder(String bootstrapServers, List<Load> loads) {
        this.loads = List.copyOf(loads);
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "delivery.timeout.ms",
                        PATIENCE_MS,
                        "max.block.ms",
                        PATIENCE_MS,
                        "metadata.recovery.strategy",
                        "none"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            feed();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void feed() {
        long lastUs = Clocks.epochUs();
        while (!stopping) {
            Clocks.parkUntilUs(lastUs + TICK_US);
            long nowUs = Clocks.epochUs();
            // After an outage it goes on at its rate, and does not catch up.
            long passedUs = Math.min(SECOND_US / 5, nowUs - lastUs);
            lastUs = nowUs;
            for (Load load : loads) {
                double rows = owed.getOrDefault(load, 0.0) + passedUs * load.rowsPerSecond() / (double) SECOND_US;
                for (; rows >= 1; rows--) {
                    load.feed(this::send);
                }
                owed.put(load, rows);
            }
        }
    }

    private void send(String topic, int partition, String json) {
        sent.incrementAndGet();
        Future<RecordMetadata> unused = producer.send(
                new ProducerRecord<>(topic, partition, null, json.getBytes(StandardCharsets.UTF_8)),
                (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
    }

    /**
     * Ends the inputs.
     *
     * @return how many records there are in all of them
     * @throws BenchException when some could not be written, and nothing can be said of what follows from them
     */
    public long finish() throws InterruptedException {
        stopping = true;
        thread.join();
        loads.forEach(load -> load.feedLast(this::send));
        producer.flush();
        Exception problem = failure.get();
        if (problem != null) {
            throw new BenchException("the input could not be written: " + problem);
        }
        return sent.get();
    }

    @Override
    public void close() {
        stopping = true;
        producer.close(java.time.Duration.ZERO);
    }
}
