package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads changelogs with a consumer for each call under way; consumers are kept for later calls.
 *
 * <p>A call reads to the end of what is <em>durable</em> when it starts, not to the last stable offset. A commit returns before its markers are
 * written (fact K10), so after a release without a fence the last stable offset may still lie before the former owner's last checkpoint; a
 * new owner that stopped there would later find that checkpoint's deltas under its own. What is open there is complete within
 * milliseconds, or it is not ours to wait for and the call gives up.
 */
public final class KafkaChangelogReader implements ChangelogReader {

    private static final long POLL_MS = 200;

    /** Longer than a transaction may stay open. */
    private static final int MAX_POLLS_WITHOUT_PROGRESS = 150;

    private static final CloseOptions CLOSE_SOON = CloseOptions.timeout(Duration.ofSeconds(1));

    private final KafkaConnection connection;
    private final KafkaTopics topics;
    private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();

    public KafkaChangelogReader(KafkaConnection connection) {
        this.connection = connection;
        this.topics = new KafkaTopics(connection);
    }

    @Override
    public long read(LogPartition partition, long fromOffset, Handler handler) {
        KafkaTopics.Bounds bounds = topics.bounds(partition);
        long end = bounds.end();
        if (fromOffset > end) {
            throw new LogException(
                    Kind.FATAL,
                    "the changelog " + partition + " ends at offset " + end + " but was read up to " + fromOffset
                            + " before: the log has lost data. Restore the topic, or start the pipeline from a savepoint.",
                    null);
        }
        long start = Math.max(fromOffset, bounds.start());
        if (start >= end) {
            return start;
        }
        Consumer<byte[], byte[]> consumer = take();
        boolean reusable = false;
        try {
            long next = read(consumer, partition, start, end, handler);
            reusable = true;
            return next;
        } catch (KafkaException e) {
            throw KafkaFailures.explain("cannot read the changelog " + partition, e);
        } finally {
            giveBack(consumer, reusable);
        }
    }

    @Override
    public void connect(LogPartition changelog) {
        Consumer<byte[], byte[]> consumer = take();
        boolean reusable = false;
        try {
            // Of its leader, with which reading begins: to ask where the topic is uses another connection.
            var unused = consumer.endOffsets(List.of(new TopicPartition(changelog.topic(), changelog.partition())));
            reusable = true;
        } catch (KafkaException e) {
            throw KafkaFailures.explain("cannot read the changelog " + changelog, e);
        } finally {
            giveBack(consumer, reusable);
        }
    }

    private static long read(
            Consumer<byte[], byte[]> consumer, LogPartition partition, long start, long end, Handler handler) {
        TopicPartition key = new TopicPartition(partition.topic(), partition.partition());
        consumer.assign(List.of(key));
        consumer.seek(key, start);
        long position = start;
        for (int silent = 0; position < end; ) {
            for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(Duration.ofMillis(POLL_MS)).records(key)) {
                handler.record(record.offset(), keyOf(record, partition), record.value());
            }
            // Not the last record's offset: records that were compacted away and markers count as read, too.
            long now = consumer.position(key);
            silent = now > position ? 0 : silent + 1;
            position = now;
            if (silent == MAX_POLLS_WITHOUT_PROGRESS) {
                throw new LogException(
                        Kind.RETRY,
                        "the changelog " + partition + " does not go on at offset " + position + " of " + end
                                + ": the broker is away, or a transaction is open there",
                        null);
            }
        }
        return position;
    }

    static byte[] keyOf(ConsumerRecord<byte[], byte[]> record, LogPartition partition) {
        byte[] key = record.key();
        if (key == null) {
            throw new LogException(
                    Kind.FATAL,
                    "the changelog " + partition + " holds a record without a key at offset " + record.offset()
                            + ": something else writes to it",
                    null);
        }
        return key;
    }

    private Consumer<byte[], byte[]> take() {
        Consumer<byte[], byte[]> kept = idle.poll();
        return kept != null ? kept : KafkaClients.changelogConsumer(connection, made.incrementAndGet());
    }

    private void giveBack(Consumer<byte[], byte[]> consumer, boolean reusable) {
        if (reusable) {
            // Drops what it fetched ahead.
            consumer.assign(List.of());
            idle.add(consumer);
        } else {
            consumer.close(CLOSE_SOON);
        }
    }

    /** Call it when no read is under way. */
    @Override
    public void close() {
        for (Consumer<byte[], byte[]> consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            consumer.close(CLOSE_SOON);
        }
        topics.close();
    }
}
