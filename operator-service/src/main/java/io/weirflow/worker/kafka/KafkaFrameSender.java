package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Sends all frames of a worker, and the rows of its at-least-once sinks, with one idempotent producer.
 *
 * <p>The first record to a partition goes alone, see {@link FirstFrameGate}.
 */
public final class KafkaFrameSender implements FrameSender {

    private static final long CONGESTED_BYTES = KafkaClients.FRAME_BUFFER_BYTES * 6 / 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final Metric availableBytes;
    private final AtomicLong inFlightBytes = new AtomicLong();
    private final Map<LogPartition, FirstFrameGate<ProducerRecord<byte[], byte[]>>> gates = new ConcurrentHashMap<>();

    /** Sends what waited for a first frame: the producer's own thread, which tells of it, must not block in a send. */
    private final ExecutorService opener = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "frames-opener");
        thread.setDaemon(true);
        return thread;
    });

    public KafkaFrameSender(KafkaConnection connection) {
        producer = KafkaClients.frameProducer(connection);
        availableBytes = producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("buffer-available-bytes"))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("this version of Kafka's client does not show its buffer"));
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
            callback.done(e);
        }
    }

    /** The gate needs to know where a record goes, so the key decides here, as Kafka's own partitioner would. */
    private int placeOf(LogRecord row) {
        if (row.partition() >= 0) {
            return row.partition();
        }
        int partitions = producer.partitionsFor(row.topic()).size();
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
            var unused = producer.send(one, (metadata, failure) -> callback.done(failure));
        } catch (RuntimeException e) {
            callback.done(e);
        }
    }

    /**
     * Says so from 60 % of the buffer on; when it is full, sending would block. The buffer counts too, because it is given out in whole
     * batches, and small frames to many destinations take more of it than their size.
     */
    @Override
    public boolean congested() {
        return inFlightBytes.get() > CONGESTED_BYTES
                || (double) availableBytes.metricValue() < KafkaClients.FRAME_BUFFER_BYTES - CONGESTED_BYTES;
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
        producer.close(CLOSE_TIMEOUT);
        // Fails what still waits behind a first frame, because the producer is closed.
        opener.shutdown();
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
        public void done(@Nullable Exception failure) {
            if (told.compareAndSet(false, true)) {
                inFlightBytes.addAndGet(-sizeBytes);
                callback.done(failure);
            }
        }
    }
}
