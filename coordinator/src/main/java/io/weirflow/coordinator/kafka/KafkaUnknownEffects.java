package io.weirflow.coordinator.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.coordinator.UnknownEffects;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.LogUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads the topics in which workers list effects. A consumer for each question: they are rare, and asked by people. */
public final class KafkaUnknownEffects implements UnknownEffects {

    /** No transaction that lists an effect stays open for longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Rows may be as large as a record may be, and an answer is made in memory. */
    private static final long MAX_CHARACTERS = 8L << 20;

    private final KafkaAccess kafka;

    public KafkaUnknownEffects(KafkaAccess kafka) {
        this.kafka = kafka;
    }

    @Override
    public List<Listed> newest(String pipeline, int limit) {
        try (KafkaConsumer<byte[], byte[]> consumer = Consumers.create(kafka, "read_committed")) {
            List<Listed> all = new ArrayList<>();
            for (String topic : consumer.listTopics().keySet()) {
                if (Names.isUnknownTopicOf(pipeline, topic)) {
                    all.addAll(newest(consumer, new TopicPartition(topic, 0), limit));
                }
            }
            all.sort(Comparator.comparingLong(Listed::listedAtMs));
            return List.copyOf(all.subList(Math.max(0, all.size() - limit), all.size()));
        } catch (KafkaException e) {
            throw new LogUnavailableException("cannot read the unknown effects of " + pipeline, e);
        }
    }

    /**
     * Reads the end of a partition. How many records lie between two offsets is not known, since each transaction leaves a marker: when too
     * few are there, it is begun further ahead.
     */
    private static List<Listed> newest(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, int limit) {
        List<TopicPartition> only = List.of(partition);
        long beginning = consumer.beginningOffsets(only).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(only).getOrDefault(partition, 0L);
        for (long distance = 2L * limit; ; distance *= 2) {
            long from = Math.max(beginning, end - distance);
            Newest found = new Newest(limit);
            Consumers.read(consumer, partition, from, end, PATIENCE, found::add);
            if (found.full || from == beginning) {
                return List.copyOf(found.effects);
            }
        }
    }

    /** The last of the effects that it is told of, as many as are wanted and fit. */
    private static final class Newest {
        private final int limit;
        private final Deque<Listed> effects = new ArrayDeque<>();
        private long characters;
        private boolean full;

        Newest(int limit) {
            this.limit = limit;
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            Listed added = listed(record);
            effects.addLast(added);
            characters += added.json().length();
            while (effects.size() > limit || characters > MAX_CHARACTERS && effects.size() > 1) {
                characters -= effects.removeFirst().json().length();
                full = true;
            }
            full |= effects.size() == limit;
        }
    }

    private static Listed listed(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        return new Listed(record.timestamp(), value == null ? "" : new String(value, StandardCharsets.UTF_8));
    }
}
