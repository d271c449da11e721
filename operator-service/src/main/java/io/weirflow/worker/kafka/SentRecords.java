package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The records of one transaction as they are sent. There may be a million of them, so none is kept: of each partition the answer to its last record, of each topic the size of its largest one, and the first
 * topic whose records Kafka refused as too large. Used by one thread; Kafka's answers come on another one.
 */
final class SentRecords implements Callback {

    private final KafkaProducer<byte[], byte[]> producer;

    /** How many each topic has, as far as was asked in this transaction: the producer's answer is not for free. */
    private final Map<String, Integer> partitions = new HashMap<>();

    /** Records of a partition get their offsets in the order in which they are sent, so only its last one is asked. */
    private final Map<LogPartition, Future<RecordMetadata>> last = new HashMap<>();

    private final Map<String, Long> largestBytes = new HashMap<>();
    private volatile @Nullable String refusedTopic;

    // Of the last record. Many in a row go to the same place, so the maps are asked where it changes.
    private String topic = "";
    private int partition = LogRecord.BY_KEY;
    private long largestOfTopicBytes;
    private @Nullable Future<RecordMetadata> lastPlaced;

    SentRecords(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    void send(LogRecord record) {
        if (record.partition() != partition || !record.topic().equals(topic)) {
            note();
            if (!record.topic().equals(topic)) {
                largestOfTopicBytes = largestBytes.getOrDefault(record.topic(), 0L);
            }
            topic = record.topic();
            partition = record.partition();
        }
        largestOfTopicBytes = Math.max(largestOfTopicBytes, sizeBytes(record));
        Future<RecordMetadata> answer = producer.send(toKafka(record), this);
        // Rows of sinks do not name their partition, and nobody asks where they are.
        lastPlaced = partition < 0 ? null : answer;
    }

    private void note() {
        if (lastPlaced != null) {
            last.put(new LogPartition(topic, partition), lastPlaced);
            lastPlaced = null;
        }
        largestBytes.put(topic, largestOfTopicBytes);
    }

    private ProducerRecord<byte[], byte[]> toKafka(LogRecord record) {
        int place = record.partition() >= LogRecord.BY_KEY
                ? record.partition()
                : record.partitionOf(partitions.computeIfAbsent(
                        record.topic(), asked -> producer.partitionsFor(asked).size()));
        return new ProducerRecord<>(
                record.topic(),
                place == LogRecord.BY_KEY ? null : Integer.valueOf(place),
                record.key(),
                record.value());
    }

    private static long sizeBytes(LogRecord record) {
        byte[] key = record.key();
        byte[] value = record.value();
        return (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
    }

    /** Kafka tells of the refusal before the commit fails. */
    @Override
    public void onCompletion(RecordMetadata metadata, @Nullable Exception failure) {
        if (failure != null && refusedTopic == null && KafkaFailures.isTooLarge(failure)) {
            refusedTopic = metadata.topic();
        }
    }

    /** Returns what to do about a record that was too large; empty when none was. */
    String adviceOnSize() {
        note();
        String refused = refusedTopic;
        return refused == null
                ? ""
                : " Topic '" + refused + "' got a record of " + largestBytes.get(refused)
                        + " bytes. Make its rows or state values smaller, or raise the topic's max.message.bytes (at most "
                        + KafkaClients.MAX_REQUEST_BYTES + " is sent).";
    }

    /**
     * Returns the offset after the last record of each partition that a record named, once they are committed.
     *
     * @throws LogException when Kafka does not say
     */
    Map<LogPartition, Long> nextOffsets() {
        note();
        Map<LogPartition, Long> next = new HashMap<>();
        last.forEach((place, answer) -> next.put(place, nextOffset(answer)));
        return next;
    }

    private static long nextOffset(Future<RecordMetadata> last) {
        RecordMetadata metadata = done(last);
        if (metadata == null || !metadata.hasOffset()) {
            throw new LogException(
                    LogException.Kind.RETRY,
                    "committed, but Kafka did not say where: the broker took a repetition",
                    null);
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
}
