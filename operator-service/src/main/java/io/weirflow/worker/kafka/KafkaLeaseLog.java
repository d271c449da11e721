package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
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
    public Map<LogPartition, Long> commit(Iterable<LogRecord> records) {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            throw new LogException(Kind.RETRY, "the lease " + transactionalId + " is not held", null);
        }
        Iterator<LogRecord> rest = records.iterator();
        if (!rest.hasNext()) {
            return Map.of();
        }
        SentRecords sent = new SentRecords(open);
        try {
            open.beginTransaction();
            while (rest.hasNext()) {
                sent.send(rest.next());
            }
            open.commitTransaction();
        } catch (RuntimeException e) {
            throw failed(open, e, sent);
        }
        try {
            return sent.nextOffsets();
        } catch (LogException e) {
            drop();
            throw e;
        }
    }

    private LogException failed(KafkaProducer<byte[], byte[]> open, RuntimeException failure, SentRecords sent) {
        Kind kind = KafkaFailures.kindOf(failure);
        if (kind == Kind.FATAL) {
            abort(open);
        }
        drop();
        String what = "cannot commit under the lease " + transactionalId;
        String advice = kind == Kind.FATAL ? sent.adviceOnSize() : endedByBroker(failure);
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
