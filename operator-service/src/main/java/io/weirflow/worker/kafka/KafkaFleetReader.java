package io.weirflow.worker.kafka;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.fleet.FleetCodec;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads what other workers report. Reports that cannot be read are left out; the coordinator, for whom they are, says so. */
public final class KafkaFleetReader implements FleetReader {

    private static final CloseOptions CLOSE_SOON = CloseOptions.timeout(Duration.ofSeconds(1));

    private final Consumer<byte[], byte[]> consumer;

    /**
     * Blocks until it is known where the topic ends.
     *
     * @param topic see {@link io.weirflow.protocol.id.Names#fleetTopic}
     * @throws LogUnavailableException when that cannot be found out
     */
    public KafkaFleetReader(KafkaConnection connection, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer = KafkaClients.fleetConsumer(connection);
        try {
            consumer.assign(List.of(partition));
            consumer.seekToEnd(List.of(partition));
            // Seeking is lazy: without this, what is reported until the first poll would be missed.
            long unused = consumer.position(partition);
        } catch (KafkaException e) {
            close();
            throw unavailable(e);
        }
    }

    @Override
    public List<FleetRecord> poll(long maxWaitMs) {
        List<FleetRecord> reports = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(maxWaitMs))) {
                decode(one, reports);
            }
        } catch (KafkaException e) {
            throw unavailable(e);
        }
        return reports;
    }

    private static void decode(ConsumerRecord<byte[], byte[]> one, List<FleetRecord> reports) {
        try {
            if (one.value() != null) {
                reports.add(FleetCodec.decode(one.value()));
            }
        } catch (WireFormatException e) {
            // A later version's.
        }
    }

    private static LogUnavailableException unavailable(KafkaException cause) {
        return new LogUnavailableException("read the fleet topic: " + KafkaFailures.reason(cause), cause);
    }

    @Override
    public void close() {
        consumer.close(CLOSE_SOON);
    }
}
