package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks about topics. Safe for use by several threads. */
public final class KafkaTopics implements AutoCloseable {

    private final Admin admin;

    /**
     * What a partition holds.
     *
     * @param start offset of the first record
     * @param end offset after the last durable one
     */
    record Bounds(long start, long end) {}

    public KafkaTopics(KafkaConnection connection) {
        admin = KafkaClients.admin(connection);
    }

    /**
     * Returns the offset after the last record that is durable, committed or not. Everything whose commit has returned lies before it,
     * which is not so for the last stable offset: a commit returns before its markers are written (fact K10).
     *
     * @throws LogException when the log cannot be reached or refuses
     */
    public long endOffset(LogPartition partition) {
        return await(partition, endOffsetLater(partition));
    }

    /** Returns {@link #endOffset} and the first offset that the log still has, for the price of one question. */
    Bounds bounds(LogPartition partition) {
        KafkaFuture<Long> start = list(partition, OffsetSpec.earliest());
        KafkaFuture<Long> end = endOffsetLater(partition);
        return new Bounds(await(partition, start), await(partition, end));
    }

    /** Like {@link #endOffset}, without waiting. */
    KafkaFuture<Long> endOffsetLater(LogPartition partition) {
        return list(partition, OffsetSpec.latest());
    }

    private KafkaFuture<Long> list(LogPartition partition, OffsetSpec spec) {
        TopicPartition key = new TopicPartition(partition.topic(), partition.partition());
        return admin.listOffsets(Map.of(key, spec), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(key)
                .thenApply(ListOffsetsResultInfo::offset);
    }

    private static long await(LogPartition partition, KafkaFuture<Long> offset) {
        try {
            return offset.get();
        } catch (ExecutionException e) {
            throw KafkaFailures.explain(
                    "cannot learn the bounds of " + partition, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaFailures.explain("interrupted while asking for the bounds of " + partition, e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
