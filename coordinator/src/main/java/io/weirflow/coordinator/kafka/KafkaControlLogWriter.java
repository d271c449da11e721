package io.weirflow.coordinator.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.control.ControlCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FencedException;
import io.weirflow.protocol.log.LogUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Appends decisions, one transaction each. After any failure it is closed and another one opened (fact K10): nothing is aborted and retried
 * here, because then the outcome of a commit that timed out would be guessed.
 */
final class KafkaControlLogWriter implements ControlLogWriter {

    private static final Map<String, Object> SETTINGS = Map.of(
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
            ProducerConfig.LINGER_MS_CONFIG, 0,
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000,
            ProducerConfig.MAX_BLOCK_MS_CONFIG, 8_000,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000,
            ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2,
            ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 5,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 8 << 20);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    private KafkaControlLogWriter(KafkaProducer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    static KafkaControlLogWriter open(KafkaAccess kafka, String topic, String transactionalId) {
        Map<String, Object> settings = kafka.settings();
        settings.putAll(SETTINGS);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            return new KafkaControlLogWriter(producer, topic);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw classified("take the control log", e);
        }
    }

    @Override
    public void append(List<ControlRecord> records) {
        try {
            producer.beginTransaction();
            for (ControlRecord one : records) {
                // A failed send fails the commit, so its result need not be looked at here.
                var unused =
                        producer.send(new ProducerRecord<>(topic, 0, ControlCodec.key(one), ControlCodec.value(one)));
            }
            producer.commitTransaction();
        } catch (RuntimeException e) {
            throw classified("append to the control log", e);
        }
    }

    private static RuntimeException classified(String what, RuntimeException e) {
        if (e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException) {
            return new FencedException(what + ": another writer has taken over", e);
        }
        if (e instanceof KafkaException && e.getCause() instanceof ProducerFencedException) {
            return new FencedException(what + ": another writer has taken over", e);
        }
        return e instanceof KafkaException ? new LogUnavailableException(what + ": " + e.getMessage(), e) : e;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
