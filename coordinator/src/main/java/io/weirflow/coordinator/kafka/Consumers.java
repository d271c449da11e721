package io.weirflow.coordinator.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers of one partition without a group. */
final class Consumers {

    /** How long one question may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

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

    static KafkaConsumer<byte[], byte[]> create(String bootstrapServers, String isolationLevel) {
        return create(bootstrapServers, isolationLevel, "earliest");
    }

    /** @param reset what an offset that the log does not have means */
    static KafkaConsumer<byte[], byte[]> create(String bootstrapServers, String isolationLevel, String reset) {
        Map<String, Object> settings = new HashMap<>(SETTINGS);
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolationLevel);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, reset);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
