package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Follows changelogs with one consumer, read_committed. While the broker is away {@link #poll} returns nothing and tries on. */
public final class KafkaChangelogTail implements ChangelogTail {

    private static final CloseOptions CLOSE_SOON = CloseOptions.timeout(Duration.ofSeconds(1));

    private final Consumer<byte[], byte[]> consumer;
    private final KafkaTopics topics;
    private final Map<TopicPartition, LogPartition> readings = new LinkedHashMap<>();

    public KafkaChangelogTail(KafkaConnection connection) {
        consumer = KafkaClients.tailConsumer(connection);
        topics = new KafkaTopics(connection);
    }

    @Override
    public void start(LogPartition partition, long offset) {
        KafkaTopics.Bounds bounds = topics.bounds(partition);
        long end = bounds.end();
        if (offset > end) {
            throw new LogException(
                    Kind.FATAL,
                    "the changelog " + partition + " ends at offset " + end + " but was read up to " + offset
                            + " before: the log has lost data",
                    null);
        }
        TopicPartition key = key(partition);
        readings.put(key, partition);
        consumer.assign(readings.keySet());
        consumer.seek(key, Math.max(offset, bounds.start()));
    }

    @Override
    public void stop(LogPartition partition) {
        if (readings.remove(key(partition)) != null) {
            consumer.assign(readings.keySet());
        }
    }

    @Override
    public int poll(long maxWaitMs, Handler handler) {
        ConsumerRecords<byte[], byte[]> fetched;
        try {
            fetched = consumer.poll(Duration.ofMillis(maxWaitMs));
        } catch (KafkaException e) {
            throw KafkaFailures.explain("cannot follow the changelogs", e);
        }
        for (TopicPartition key : fetched.partitions()) {
            LogPartition partition = readings.get(key);
            if (partition != null) {
                for (ConsumerRecord<byte[], byte[]> record : fetched.records(key)) {
                    handler.record(
                            partition, record.offset(), KafkaChangelogReader.keyOf(record, partition), record.value());
                }
            }
        }
        return fetched.count();
    }

    @Override
    public long position(LogPartition partition) {
        return consumer.position(key(partition));
    }

    @Override
    public long lag(LogPartition partition) {
        OptionalLong lag = consumer.currentLag(key(partition));
        return lag.isPresent() ? lag.getAsLong() : -1;
    }

    private static TopicPartition key(LogPartition partition) {
        return new TopicPartition(partition.topic(), partition.partition());
    }

    @Override
    public void close() {
        readings.clear();
        consumer.close(CLOSE_SOON);
        topics.close();
    }
}
