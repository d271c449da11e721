package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that is a transactional id: to take it is to initialise transactions, which fences the former holder and completes what it had
 * begun to commit (fact K9).
 *
 * <p>After any failure the producer is closed at once and never used again, since it cannot tell whether a commit took place (fact K10).
 * {@link #acquire} makes a new one, also after the lease was lost.
 */
public final class KafkaLeaseLog implements LeaseLog {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLeaseLog.class);

    private final KafkaConnection connection;
    private final String transactionalId;
    private final int transactionTimeoutMs;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    /** @param transactionalId names the lease; see {@link io.weirflow.protocol.id.Names#leaseTransactionalId} */
    public KafkaLeaseLog(KafkaConnection connection, String transactionalId) {
        this(connection, transactionalId, KafkaClients.TRANSACTION_TIMEOUT_MS);
    }

    /** @param transactionTimeoutMs how long a commit may take before the broker ends it and takes nothing of it */
    KafkaLeaseLog(KafkaConnection connection, String transactionalId, int transactionTimeoutMs) {
        this.connection = connection;
        this.transactionalId = transactionalId;
        this.transactionTimeoutMs = transactionTimeoutMs;
    }

    /** {@inheritDoc} Tries for a minute while the broker is away. */
    @Override
    public void acquire() {
        drop();
        KafkaProducer<byte[], byte[]> candidate =
                KafkaClients.leaseProducer(connection, transactionalId, transactionTimeoutMs);
        try {
            initialise(candidate);
            producer = candidate;
        } catch (RuntimeException e) {
            candidate.close(Duration.ZERO);
            throw KafkaFailures.explain("cannot take the lease " + transactionalId, e);
        }
    }

    private void initialise(KafkaProducer<byte[], byte[]> candidate) {
        for (int attempt = 1; ; attempt++) {
            try {
                candidate.initTransactions();
                return;
            } catch (TimeoutException e) {
                if (attempt == KafkaClients.ACQUIRE_ATTEMPTS) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("lease", transactionalId)
                        .addKeyValue("attempt", attempt)
                        .log("Kafka does not answer the request for the lease. Trying on");
            }
        }
    }

    @Override
    public Map<LogPartition, Long> commit(List<LogRecord> records) {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            throw new LogException(Kind.RETRY, "the lease " + transactionalId + " is not held", null);
        }
        if (records.isEmpty()) {
            return Map.of();
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        try {
            Map<String, Integer> partitions = new HashMap<>();
            open.beginTransaction();
            for (LogRecord record : records) {
                sent.add(open.send(toKafka(open, record, partitions)));
            }
            open.commitTransaction();
        } catch (RuntimeException e) {
            throw failed(open, e, records, sent);
        }
        return nextOffsets(records, sent);
    }

    /** @param partitions how many each topic has, as far as was asked in this transaction: the producer's answer is not for free */
    private static ProducerRecord<byte[], byte[]> toKafka(
            KafkaProducer<byte[], byte[]> open, LogRecord record, Map<String, Integer> partitions) {
        int place = record.partition() >= LogRecord.BY_KEY
                ? record.partition()
                : record.partitionOf(partitions.computeIfAbsent(
                        record.topic(), topic -> open.partitionsFor(topic).size()));
        return new ProducerRecord<>(
                record.topic(),
                place == LogRecord.BY_KEY ? null : Integer.valueOf(place),
                record.key(),
                record.value());
    }

    /** Records of a partition get their offsets in the order in which they are sent, so only its last one is asked. */
    private Map<LogPartition, Long> nextOffsets(List<LogRecord> records, List<Future<RecordMetadata>> sent) {
        Map<LogPartition, Long> next = new HashMap<>();
        String topic = "";
        int partition = LogRecord.BY_KEY;
        for (int i = lastPlaced(records, records.size()); i >= 0; i = lastPlaced(records, i)) {
            LogRecord record = records.get(i);
            if (record.partition() == partition && record.topic().equals(topic)) {
                continue;
            }
            topic = record.topic();
            partition = record.partition();
            LogPartition place = new LogPartition(topic, partition);
            if (!next.containsKey(place)) {
                next.put(place, nextOffset(sent.get(i)));
            }
        }
        return next;
    }

    /** Returns where the last record before one is that names its partition, -1 when there is none: rows of sinks do not, and are many. */
    private static int lastPlaced(List<LogRecord> records, int before) {
        int i = before - 1;
        while (i >= 0 && records.get(i).partition() < 0) {
            i--;
        }
        return i;
    }

    private long nextOffset(Future<RecordMetadata> last) {
        RecordMetadata metadata = done(last);
        if (metadata == null || !metadata.hasOffset()) {
            drop();
            throw new LogException(
                    Kind.RETRY, "committed, but Kafka did not say where: the broker took a repetition", null);
        }
        return metadata.offset() + 1;
    }

    /** A commit that has returned has waited for all its records. */
    private static @Nullable RecordMetadata done(Future<RecordMetadata> one) {
        try {
            return one.get();
        } catch (ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private LogException failed(
            KafkaProducer<byte[], byte[]> open,
            RuntimeException failure,
            List<LogRecord> records,
            List<Future<RecordMetadata>> sent) {
        Kind kind = KafkaFailures.kindOf(failure);
        if (kind == Kind.FATAL) {
            abort(open);
        }
        drop();
        String what = "cannot commit under the lease " + transactionalId;
        String advice = kind == Kind.FATAL ? tooLarge(records, sent) : endedByBroker(failure);
        return new LogException(kind, what + ": " + KafkaFailures.reason(failure) + advice, failure);
    }

    /**
     * Ends the transaction, so that it does not hold back readers until it times out. Only after refusals, when nothing was committed for
     * certain; else the next holder ends it.
     */
    private void abort(KafkaProducer<byte[], byte[]> open) {
        try {
            open.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
            LOG.atDebug().addKeyValue("lease", transactionalId).setCause(e).log("The transaction was not aborted");
        }
    }

    /** Kafka says no more than that the state is invalid, be it that time was up or that the lease is just being taken (fact K13). */
    private String endedByBroker(RuntimeException failure) {
        return failure instanceof InvalidTxnStateException
                ? " The broker had ended the transaction: it was open for more than " + transactionTimeoutMs
                        + " ms, or somebody takes the lease. Nothing of it was committed."
                : "";
    }

    private static String tooLarge(List<LogRecord> records, List<Future<RecordMetadata>> sent) {
        for (int i = 0; i < sent.size(); i++) {
            if (isTooLarge(sent.get(i))) {
                LogRecord record = records.get(i);
                return " Topic '" + record.topic() + "' got a record of " + sizeBytes(record)
                        + " bytes. Make its rows or state values smaller, or raise the topic's max.message.bytes (at most "
                        + KafkaClients.MAX_REQUEST_BYTES + " is sent).";
            }
        }
        return "";
    }

    private static boolean isTooLarge(Future<RecordMetadata> one) {
        try {
            if (one.isDone()) {
                one.get();
            }
            return false;
        } catch (ExecutionException e) {
            return e.getCause() != null && KafkaFailures.isTooLarge(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long sizeBytes(LogRecord record) {
        byte[] key = record.key();
        byte[] value = record.value();
        return (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
    }

    private void drop() {
        KafkaProducer<byte[], byte[]> former = producer;
        producer = null;
        if (former != null) {
            former.close(Duration.ZERO);
        }
    }

    /** Lets go of the connection. A lease needs no giving back: the next holder takes it. */
    @Override
    public void close() {
        drop();
    }
}
