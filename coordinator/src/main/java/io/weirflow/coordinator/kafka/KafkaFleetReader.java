package io.weirflow.coordinator.kafka;

import io.weirflow.api.Edge;
import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.fleet.FleetCodec;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads workers' reports. When nobody reports for a second it asks the broker something, to tell silent workers from a silent broker. */
final class KafkaFleetReader implements FleetReader {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaFleetReader.class);

    private static final long QUIET_NANOS = 1_000_000_000L;
    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private long heardNanos = nanoTime();

    private KafkaFleetReader(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        this.consumer = consumer;
        this.partition = partition;
    }

    static KafkaFleetReader open(KafkaAccess kafka, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        KafkaConsumer<byte[], byte[]> consumer = Consumers.create(kafka, "read_uncommitted");
        try {
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            // Seeking is lazy: without this, what is reported until the first poll would be missed.
            consumer.position(partition, Consumers.TIMEOUT);
            return new KafkaFleetReader(consumer, partition);
        } catch (KafkaException e) {
            consumer.close();
            throw new LogUnavailableException("read the fleet topic: " + e.getMessage(), e);
        }
    }

    @Override
    public List<FleetRecord> poll(long maxWaitMs) {
        List<FleetRecord> reports = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(maxWaitMs))) {
                decode(one, reports);
            }
            if (!reports.isEmpty()) {
                heardNanos = nanoTime();
            } else if (nanoTime() - heardNanos > QUIET_NANOS) {
                consumer.endOffsets(List.of(partition), QUESTION_TIMEOUT);
                heardNanos = nanoTime();
            }
        } catch (KafkaException e) {
            throw new LogUnavailableException("read the fleet topic: " + e.getMessage(), e);
        }
        return reports;
    }

    private static void decode(ConsumerRecord<byte[], byte[]> one, List<FleetRecord> reports) {
        try {
            reports.add(FleetCodec.decode(one.value() == null ? new byte[0] : one.value()));
        } catch (WireFormatException e) {
            LOG.atWarn()
                    .addKeyValue("offset", one.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("A report of a worker cannot be read and is left out");
        }
    }

    @Edge // Measures how long there were no reports.
    private static long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
