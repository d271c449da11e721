package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all frames of a worker, and the rows of its at-least-once sinks, with a few idempotent producers. A broker takes the requests of one connection
 * one after the other, so frames of different stages would wait for each other on one; a topic keeps its producer, because the records of a
 * partition must not overtake each other.
 *
 * <p>The first record to a partition goes alone, see {@link FirstFrameGate}.
 */
public final class KafkaFrameSender implements FrameSender {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaFrameSender.class);

    /** More topics than that share them: a producer is a thread, and a request for each broker. */
    private static final int MAX_PRODUCERS = 4;

    private static final long CONGESTED_BYTES = KafkaClients.FRAME_BUFFER_BYTES * 6 / 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaConnection connection;
    private final List<FrameProducer> producers = new CopyOnWriteArrayList<>();
    private final Map<String, FrameProducer> byTopic = new ConcurrentHashMap<>();
    private final AtomicLong inFlightBytes = new AtomicLong();
    private final Map<LogPartition, FirstFrameGate<ProducerRecord<byte[], byte[]>>> gates = new ConcurrentHashMap<>();

    // Both guarded by this, as is the addition of producers.
    private int topics;
    private boolean closed;

    /** Sends what waited for a first frame: the producers' own threads, which tell of it, must not block in a send. */
    private final ExecutorService opener = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "frames-opener");
        thread.setDaemon(true);
        return thread;
    });

    public KafkaFrameSender(KafkaConnection connection) {
        this.connection = connection;
    }

    /** @throws IllegalStateException when the sender was closed */
    private FrameProducer producerOf(String topic) {
        FrameProducer known = byTopic.get(topic);
        return known == null ? byTopic.computeIfAbsent(topic, any -> nextProducer()) : known;
    }

    /** Topics take turns: a pipeline's stages come one after the other. */
    private synchronized FrameProducer nextProducer() {
        if (closed) {
            throw new IllegalStateException("the sender of frames is closed");
        }
        if (producers.size() < MAX_PRODUCERS) {
            producers.add(new FrameProducer(KafkaClients.frameProducer(connection, producers.size() + 1)));
        }
        FrameProducer next = producers.get(topics % MAX_PRODUCERS);
        topics++;
        return next;
    }

    @Override
    public void connect(String topic) {
        try {
            var unused = producerOf(topic).producer().partitionsFor(topic);
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("topic", topic).setCause(e).log("Frames are not connected beforehand");
        }
    }

    @Override
    public void send(LogPartition to, byte[] frame, Callback callback) {
        send(to, new ProducerRecord<>(to.topic(), to.partition(), null, frame), frame.length, callback);
    }

    /** {@inheritDoc} Blocks while nothing is known of the topic, as for a frame's first destination. */
    @Override
    public void send(LogRecord row, Callback callback) {
        byte[] key = row.key();
        byte[] value = row.value();
        try {
            LogPartition to = new LogPartition(row.topic(), placeOf(row));
            int sizeBytes = (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
            send(to, new ProducerRecord<>(to.topic(), to.partition(), key, value), sizeBytes, callback);
        } catch (RuntimeException e) {
            callback.failed(e);
        }
    }

    /** The gate needs to know where a record goes, so the key decides here, as Kafka's own partitioner would. */
    private int placeOf(LogRecord row) {
        if (row.partition() >= 0) {
            return row.partition();
        }
        int partitions =
                producerOf(row.topic()).producer().partitionsFor(row.topic()).size();
        byte[] key = row.key();
        return row.partition() == LogRecord.BY_KEY && key != null
                ? Utils.toPositive(Utils.murmur2(key)) % partitions
                : row.partitionOf(partitions);
    }

    private void send(LogPartition to, ProducerRecord<byte[], byte[]> one, int sizeBytes, Callback callback) {
        inFlightBytes.addAndGet(sizeBytes);
        Callback counting = new InFlight(sizeBytes, callback);
        FirstFrameGate<ProducerRecord<byte[], byte[]>> gate = gates.get(to);
        if (gate == null) {
            gate = gates.computeIfAbsent(to, any -> new FirstFrameGate<>(this::sendNow, opener));
        }
        gate.send(one, counting);
    }

    private void sendNow(ProducerRecord<byte[], byte[]> one, Callback callback) {
        try {
            var unused = producerOf(one.topic())
                    .producer()
                    .send(
                            one,
                            (metadata, failure) ->
                                    callback.done(failure == null ? metadata.offset() : UNKNOWN_OFFSET, failure));
        } catch (RuntimeException e) {
            callback.failed(e);
        }
    }

    /**
     * Says so from 60 % of the buffer on; when it is full, sending would block. The buffer counts too, because it is given out in whole
     * batches, and small frames to many destinations take more of it than their size.
     */
    @Override
    public boolean congested() {
        if (inFlightBytes.get() > CONGESTED_BYTES) {
            return true;
        }
        // Asked for each result of a window: no stream.
        for (FrameProducer producer : producers) {
            if (producer.congested()) {
                return true;
            }
        }
        return false;
    }

    /** Returns the size of what is not yet durable. */
    public long inFlightBytes() {
        return inFlightBytes.get();
    }

    /** Does nothing: without lingering, every frame is sent as soon as a request may go out. */
    @Override
    public void flushSoon() {}

    /** {@inheritDoc} What is not durable within a few seconds fails. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        // At the same time: with the broker away each takes as long as it may.
        CompletableFuture.allOf(producers.stream()
                        .map(each -> CompletableFuture.runAsync(
                                () -> each.producer().close(CLOSE_TIMEOUT),
                                task -> new Thread(task, "frames-closer").start()))
                        .toArray(CompletableFuture[]::new))
                .join();
        // Fails what still waits behind a first frame, because the producers are closed.
        opener.shutdown();
    }

    /** A producer, and how much of its buffer is free. */
    private record FrameProducer(KafkaProducer<byte[], byte[]> producer, Metric availableBytes) {

        FrameProducer(KafkaProducer<byte[], byte[]> producer) {
            this(
                    producer,
                    producer.metrics().values().stream()
                            .filter(metric -> metric.metricName().name().equals("buffer-available-bytes"))
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException(
                                    "this version of Kafka's client does not show its buffer")));
        }

        boolean congested() {
            return (double) availableBytes.metricValue() < KafkaClients.FRAME_BUFFER_BYTES - CONGESTED_BYTES;
        }
    }

    private final class InFlight implements Callback {
        private final int sizeBytes;
        private final Callback callback;

        /** Kafka may have told of a failure that it throws as well. */
        private final AtomicBoolean told = new AtomicBoolean();

        private InFlight(int sizeBytes, Callback callback) {
            this.sizeBytes = sizeBytes;
            this.callback = callback;
        }

        @Override
        public void done(long offset, @Nullable Exception failure) {
            if (told.compareAndSet(false, true)) {
                inFlightBytes.addAndGet(-sizeBytes);
                callback.done(offset, failure);
            }
        }
    }
}
