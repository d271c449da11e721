package io.weirflow.worker.kafka;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.control.ControlCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the control log's only partition.
 *
 * <p>It has caught up once it has read to the end of what was <em>durable</em> when it was opened. The last stable offset would not do: a
 * decision whose commit has returned may still lie behind it (fact K10), such as the revocation that preceded a fence.
 */
public final class KafkaControlLogReader implements ControlLogReader {

    private static final long OUTAGE_MS = 3_000;
    private static final CloseOptions CLOSE_SOON = CloseOptions.timeout(Duration.ofSeconds(1));

    private final LogPartition log;
    private final TopicPartition key;
    private final KafkaTopics topics;
    private final Consumer<byte[], byte[]> consumer;
    private final FetchWatch watch;
    private KafkaFuture<Long> endWhenOpened;
    private boolean caughtUp;

    /** @param topic see {@link io.weirflow.protocol.id.Names#controlTopic} */
    public KafkaControlLogReader(KafkaConnection connection, String topic) {
        log = new LogPartition(topic, 0);
        key = new TopicPartition(topic, 0);
        topics = new KafkaTopics(connection);
        endWhenOpened = topics.endOffsetLater(log);
        consumer = KafkaClients.controlConsumer(connection);
        consumer.assign(List.of(key));
        consumer.seekToBeginning(List.of(key));
        watch = new FetchWatch(consumer);
    }

    @Override
    public List<ControlRecord> poll(long maxWaitMs) {
        List<ControlRecord> decisions;
        try {
            decisions = decode(watch.poll(maxWaitMs).records(key));
        } catch (WakeupException e) {
            return List.of();
        } catch (KafkaException e) {
            throw unavailable(e);
        }
        Throwable failure = caughtUp ? null : noteEnd();
        if (failure == null && watch.silentMs() >= OUTAGE_MS) {
            watch.reset();
            failure = new TimeoutException("no answer for " + OUTAGE_MS + " ms");
        }
        // What was read must not get lost; a failure that matters comes again.
        if (failure != null && decisions.isEmpty()) {
            throw unavailable(failure);
        }
        return decisions;
    }

    /** What precedes a record that cannot be read is returned; the record itself is met again by the next call, and never passed over. */
    private List<ControlRecord> decode(List<ConsumerRecord<byte[], byte[]>> records) {
        List<ControlRecord> decisions = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            byte[] value = record.value();
            if (record.key() == null || value == null) {
                // A key that an operator has removed by hand.
                continue;
            }
            try {
                decisions.add(ControlCodec.decode(record.key(), value));
            } catch (WireFormatException e) {
                consumer.seek(key, record.offset());
                if (decisions.isEmpty()) {
                    throw new WireFormatException(log + " at offset " + record.offset() + ": " + e.getMessage(), e);
                }
                return decisions;
            }
        }
        return decisions;
    }

    /** Returns why the end is not known, or null. */
    private @Nullable Throwable noteEnd() {
        if (!endWhenOpened.isDone()) {
            return null;
        }
        try {
            caughtUp = consumer.position(key, Duration.ZERO) >= endWhenOpened.get();
            return null;
        } catch (TimeoutException | WakeupException e) {
            // The consumer has not found the start yet, or there is news for whoever polls.
            return null;
        } catch (ExecutionException e) {
            // A later end is as good: it only takes longer to get there.
            endWhenOpened = topics.endOffsetLater(log);
            return e.getCause() == null ? e : e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    private LogUnavailableException unavailable(Throwable cause) {
        return new LogUnavailableException(
                "the control log '" + log.topic() + "' cannot be read: " + KafkaFailures.reason(cause), cause);
    }

    @Override
    public void wake() {
        consumer.wakeup();
    }

    @Override
    public boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public void close() {
        consumer.close(CLOSE_SOON);
        topics.close();
    }
}
