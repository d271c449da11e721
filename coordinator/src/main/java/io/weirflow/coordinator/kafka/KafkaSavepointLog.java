package io.weirflow.coordinator.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.coordinator.savepoint.SavepointLog;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The log as savepoints need it. What is committed is read read_committed, inboxes read_uncommitted, as their slots read them. */
public final class KafkaSavepointLog implements SavepointLog {

    /** Longer than a transaction may stay open. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaAccess kafka;
    private final KafkaConsumer<byte[], byte[]> committed;
    private final KafkaConsumer<byte[], byte[]> all;

    public KafkaSavepointLog(KafkaAccess kafka) {
        this.kafka = kafka;
        this.committed = Consumers.create(kafka, "read_committed", "none");
        this.all = Consumers.create(kafka, "read_uncommitted", "none");
    }

    @Override
    public long stableEnd(LogPartition partition) {
        return offset(partition, () -> committed.endOffsets(List.of(key(partition)), Consumers.TIMEOUT));
    }

    @Override
    public long start(LogPartition partition) {
        return offset(partition, () -> all.beginningOffsets(List.of(key(partition)), Consumers.TIMEOUT));
    }

    @Override
    public long end(LogPartition partition) {
        return offset(partition, () -> all.endOffsets(List.of(key(partition)), Consumers.TIMEOUT));
    }

    private static long offset(LogPartition partition, Supplier<Map<TopicPartition, Long>> question) {
        try {
            Long offset = question.get().get(key(partition));
            if (offset == null) {
                throw new LogException(Kind.RETRY, "Kafka does not know " + partition, null);
            }
            return offset;
        } catch (KafkaException e) {
            throw new LogException(Kind.RETRY, "cannot look at " + partition + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void readCommitted(LogPartition partition, long from, long to, ChangelogReader.Handler handler) {
        // A changelog may begin later than with its first record.
        read(committed, partition, Math.max(from, start(partition)), to, record -> {
            if (record.key() == null) {
                throw new LogException(
                        Kind.FATAL,
                        "the changelog " + partition + " holds a record without a key at offset " + record.offset()
                                + ": something else writes to it",
                        null);
            }
            handler.record(record.offset(), record.key(), record.value());
        });
    }

    @Override
    public void readAll(LogPartition partition, long from, long to, InboxHandler handler) {
        read(all, partition, from, to, record -> {
            byte[] value = record.value();
            handler.record(record.offset(), record.timestamp(), value == null ? new byte[0] : value);
        });
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            LogPartition partition,
            long from,
            long to,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        try {
            Consumers.read(consumer, key(partition), from, to, PATIENCE, handler);
        } catch (OffsetOutOfRangeException e) {
            throw new LogException(
                    Kind.FATAL, "records of " + partition + " from offset " + from + " on were removed meanwhile", e);
        } catch (KafkaException e) {
            throw new LogException(Kind.RETRY, "cannot read " + partition + ": " + e.getMessage(), e);
        }
    }

    @Override
    public LeaseLog openLease(String transactionalId) {
        return new KafkaRestoreLease(kafka, transactionalId);
    }

    private static TopicPartition key(LogPartition partition) {
        return new TopicPartition(partition.topic(), partition.partition());
    }

    @Override
    public void close() {
        committed.close();
        all.close();
    }
}
