package io.weirflow.coordinator.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The lease under which a savepoint is written back. Nobody asks where its records came to lie, so it does not say. */
final class KafkaRestoreLease implements LeaseLog {

    private static final int MAX_REQUEST_BYTES = 16 << 20;

    private final KafkaProducer<byte[], byte[]> producer;

    KafkaRestoreLease(KafkaAccess kafka, String transactionalId) {
        Map<String, Object> settings = kafka.settings();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void acquire() {
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            throw failed("take the lease", e);
        }
    }

    @Override
    public Map<LogPartition, Long> commit(Iterable<LogRecord> records) {
        try {
            producer.beginTransaction();
            for (LogRecord record : records) {
                // A failed send fails the commit, so its result need not be looked at here.
                var unused = producer.send(
                        new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value()));
            }
            producer.commitTransaction();
            return Map.of();
        } catch (KafkaException e) {
            throw failed("write a savepoint back", e);
        }
    }

    private static LogException failed(String what, KafkaException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        boolean fenced = e instanceof ProducerFencedException
                || e instanceof InvalidProducerEpochException
                || cause instanceof ProducerFencedException;
        boolean hopeless = e instanceof RecordTooLargeException || cause instanceof RecordTooLargeException;
        Kind kind = fenced ? Kind.FENCED : hopeless ? Kind.FATAL : Kind.RETRY;
        return new LogException(kind, "cannot " + what + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
