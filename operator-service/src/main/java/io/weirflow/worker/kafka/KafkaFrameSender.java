package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;
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
import org.jspecify.annotations.Nullable;

/**
 * Sends all frames of a worker with one idempotent producer.
 *
 * <p>The first frame to a partition goes alone, see {@link FirstFrameGate}.
 */
public final class KafkaFrameSender implements FrameSender {

    private static final long CONGESTED_BYTES = KafkaClients.FRAME_BUFFER_BYTES * 6 / 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final Metric availableBytes;
    private final AtomicLong inFlightBytes = new AtomicLong();
    private final Map<LogPartition, FirstFrameGate> gates = new ConcurrentHashMap<>();

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
        inFlightBytes.addAndGet(frame.length);
        Callback counting = new InFlight(frame.length, callback);
        FirstFrameGate gate = gates.get(to);
        if (gate == null) {
            gate = gates.computeIfAbsent(
                    to, any -> new FirstFrameGate((value, done) -> sendNow(to, value, done), opener));
        }
        gate.send(frame, counting);
    }

    private void sendNow(LogPartition to, byte[] frame, Callback callback) {
        try {
            var unused = producer.send(
                    new ProducerRecord<>(to.topic(), to.partition(), null, frame),
                    (metadata, failure) -> callback.done(failure));
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

    /** Returns the size of the frames that are not yet durable. */
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
