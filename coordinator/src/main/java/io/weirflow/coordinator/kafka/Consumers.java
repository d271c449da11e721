package io.weirflow.coordinator.kafka;

import io.weirflow.api.KafkaAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers of one partition without a group. */
final class Consumers {

    /** How long one question may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(200);

    private static final Map<String, Object> SETTINGS = Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            5_000,
            ConsumerConfig.RETRY_BACKOFF_MS_CONFIG,
            5,
            ConsumerConfig.RETRY_BACKOFF_MAX_MS_CONFIG,
            200,
            ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            5_000,
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) TIMEOUT.toMillis(),
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            8 << 20);

    private Consumers() {}

    static KafkaConsumer<byte[], byte[]> create(KafkaAccess kafka, String isolationLevel) {
        return create(kafka, isolationLevel, "earliest");
    }

    /** @param reset what an offset that the log does not have means */
    static KafkaConsumer<byte[], byte[]> create(KafkaAccess kafka, String isolationLevel, String reset) {
        Map<String, Object> settings = kafka.settings();
        settings.putAll(SETTINGS);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolationLevel);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Reads the records of a partition from an offset up to another one. What was compacted away and the markers of transactions count as read.
     *
     * @param to excluded
     * @param patience how long nothing may come, for example since a transaction is open
     * @throws TimeoutException when nothing has come for so long
     */
    static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            long from,
            long to,
            Duration patience,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long silentPolls = 0;
        for (long position = from; position < to; ) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                if (record.offset() < to) {
                    handler.accept(record);
                }
            }
            long now = consumer.position(partition);
            silentPolls = now > position ? 0 : silentPolls + 1;
            position = now;
            if (silentPolls * POLL.toMillis() >= patience.toMillis()) {
                throw new TimeoutException(partition + " does not go on at offset " + position + " of " + to);
            }
        }
    }
}
