package io.weirflow.coordinator.kafka;

import io.weirflow.api.Edge;
import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.control.ControlCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads the control log, committed records only. */
final class KafkaControlLogReader implements ControlLogReader {

    private static final long QUIET_NANOS = 1_500_000_000L;
    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final long end;
    private long position;
    private long movedNanos;
    private long heardNanos = nanoTime();

    private KafkaControlLogReader(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        this.consumer = consumer;
        this.partition = partition;
        this.end = end;
        this.movedNanos = nanoTime();
    }

    static KafkaControlLogReader open(KafkaAccess kafka, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        KafkaConsumer<byte[], byte[]> consumer = Consumers.create(kafka, "read_committed");
        try {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Long end =
                    consumer.endOffsets(List.of(partition), Consumers.TIMEOUT).get(partition);
            return new KafkaControlLogReader(consumer, partition, end == null ? 0 : end);
        } catch (KafkaException e) {
            consumer.close();
            throw new LogUnavailableException("read the control log: " + e.getMessage(), e);
        }
    }

    @Override
    public List<ControlRecord> poll(long maxWaitMs) {
        List<ControlRecord> records = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(maxWaitMs))) {
                // A record without a value would be a deletion; nothing deletes keys yet.
                if (one.value() != null) {
                    records.add(ControlCodec.decode(one.key(), one.value()));
                }
            }
            checkProgress(consumer.position(partition, Consumers.TIMEOUT));
            checkSilence(!records.isEmpty());
        } catch (KafkaException e) {
            throw new LogUnavailableException("read the control log: " + e.getMessage(), e);
        }
        return records;
    }

    /** A consumer that cannot reach its broker says nothing; not getting on says it. */
    private void checkProgress(long now) {
        if (now != position || caughtUp()) {
            position = now;
            movedNanos = nanoTime();
        } else if (nanoTime() - movedNanos > Consumers.TIMEOUT.toNanos()) {
            throw new LogUnavailableException(
                    "read the control log: stuck at " + position + " of " + end,
                    new IllegalStateException("no progress"));
        }
    }

    /** Who follows the log must be able to tell a silent leader from a silent broker, so the broker is asked something. */
    private void checkSilence(boolean heard) {
        if (heard) {
            heardNanos = nanoTime();
        } else if (caughtUp() && nanoTime() - heardNanos > QUIET_NANOS) {
            consumer.endOffsets(List.of(partition), QUESTION_TIMEOUT);
            heardNanos = nanoTime();
        }
    }

    @Edge // Measures how long the broker has been silent.
    private static long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean caughtUp() {
        return position >= end;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
