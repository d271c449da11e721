package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads inboxes with one consumer, without a group.
 *
 * <p>While the broker is away {@link #poll} returns nothing and tries on; that is logged once when it begins and once when it ends.
 */
public final class KafkaInboxReader implements InboxReader {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaInboxReader.class);

    private static final long OUTAGE_MS = 3_000;
    private static final Duration BOUNDS_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final CloseOptions CLOSE_SOON = CloseOptions.timeout(Duration.ofSeconds(1));
    private static final byte[] NO_VALUE = {};

    private final Consumer<byte[], byte[]> consumer;
    private final FetchWatch watch;

    /** Has a permit while somebody has asked to wake up. */
    private final Semaphore wakes = new Semaphore(0);

    private final AtomicBoolean woken = new AtomicBoolean();
    private final Map<TopicPartition, Reading> readings = new LinkedHashMap<>();
    private int leftOver;
    private boolean outage;

    public KafkaInboxReader(KafkaConnection connection) {
        consumer = KafkaClients.inboxConsumer(connection);
        watch = new FetchWatch(consumer);
    }

    /**
     * Connects to a broker beforehand, which the first inbox would have to wait for: to the one that leads a log, since what only asks where it is does so through a connection of
     * its own. What goes wrong shows when an inbox is read.
     */
    KafkaInboxReader connected(LogPartition log) {
        try {
            var unused = consumer.endOffsets(List.of(key(log)), CONNECT_TIMEOUT);
        } catch (KafkaException e) {
            LOG.atDebug().setCause(e).log("The inboxes' reader is not connected beforehand");
        }
        return this;
    }

    @Override
    public void start(LogPartition partition, long offset) {
        TopicPartition key = key(partition);
        forget(key);
        readings.put(key, new Reading(partition));
        consumer.assign(readings.keySet());
        consumer.seek(key, offset);
        consumer.resume(List.of(key));
        watch.reset();
    }

    @Override
    public void stop(LogPartition partition) {
        if (forget(key(partition))) {
            consumer.assign(readings.keySet());
        }
    }

    private boolean forget(TopicPartition key) {
        Reading former = readings.remove(key);
        if (former == null) {
            return false;
        }
        leftOver -= former.remaining();
        former.open = false;
        return true;
    }

    @Override
    public void pause(LogPartition partition) {
        TopicPartition key = key(partition);
        Reading reading = readings.get(key);
        if (reading != null && reading.open) {
            reading.open = false;
            consumer.pause(List.of(key));
        }
    }

    @Override
    public void resume(LogPartition partition) {
        TopicPartition key = key(partition);
        Reading reading = readings.get(key);
        if (reading != null && !reading.open) {
            reading.open = true;
            consumer.resume(List.of(key));
            watch.reset();
        }
    }

    @Override
    public int poll(long timeoutMs, Handler handler) {
        int count = leftOver == 0 ? 0 : handOverLeftOvers(handler);
        if (count > 0) {
            return count;
        }
        if (readings.isEmpty()) {
            await(timeoutMs);
            return 0;
        }
        ConsumerRecords<byte[], byte[]> fetched = fetch(timeoutMs, handler);
        forgetWakes();
        noteOutage();
        // All of them before the first is handed over: the handler may stop a partition and start it elsewhere.
        for (TopicPartition key : fetched.partitions()) {
            Reading reading = readings.get(key);
            if (reading != null) {
                leftOver += reading.take(fetched.records(key));
            }
        }
        return leftOver == 0 ? 0 : handOverLeftOvers(handler);
    }

    private int handOverLeftOvers(Handler handler) {
        int count = 0;
        // A copy, because the handler may start and stop partitions.
        for (Reading reading : new ArrayList<>(readings.values())) {
            count += reading.handOver(handler);
        }
        return count;
    }

    /** Wakes both ways of waiting; which of them is in use is the reader's thread's to know. */
    @Override
    public void wake() {
        if (woken.compareAndSet(false, true)) {
            wakes.release();
            consumer.wakeup();
        }
    }

    /** What was asked before this is answered by the caller's return. A wake-up of the consumer that is left over ends its next poll at once. */
    private void forgetWakes() {
        if (woken.get()) {
            wakes.drainPermits();
            woken.set(false);
        }
    }

    private ConsumerRecords<byte[], byte[]> fetch(long timeoutMs, Handler handler) {
        try {
            return watch.poll(timeoutMs);
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        } catch (OffsetOutOfRangeException e) {
            tellMissing(e, handler);
            return ConsumerRecords.empty();
        } catch (KafkaException e) {
            throw KafkaFailures.explain("cannot read the inboxes", e);
        }
    }

    private void tellMissing(OffsetOutOfRangeException failure, Handler handler) {
        failure.offsetOutOfRangePartitions().forEach((key, offset) -> {
            String message = "records were removed before they were read: " + key + " was asked for offset " + offset
                    + " " + bounds(key)
                    + ". Check the topic's retention; start the pipeline from a savepoint or from the start.";
            LogPartition partition = new LogPartition(key.topic(), key.partition());
            stop(partition);
            handler.missing(partition, new LogException(Kind.FATAL, message, failure));
        });
    }

    private String bounds(TopicPartition key) {
        try {
            long start = consumer.beginningOffsets(List.of(key), BOUNDS_TIMEOUT).getOrDefault(key, -1L);
            long end = consumer.endOffsets(List.of(key), BOUNDS_TIMEOUT).getOrDefault(key, -1L);
            return "but the log holds offsets " + start + " to " + end + " (exclusive)";
        } catch (WakeupException e) {
            return bounds(key);
        } catch (KafkaException e) {
            return "but the log does not hold it";
        }
    }

    private void noteOutage() {
        if (!outage && watch.silentMs() >= OUTAGE_MS) {
            outage = true;
            LOG.atWarn()
                    .addKeyValue("silentMs", watch.silentMs())
                    .addKeyValue("inboxes", readings.keySet())
                    .log("Kafka does not answer: the broker is away or a topic is missing. Trying on");
        } else if (outage && watch.silentMs() == 0) {
            outage = false;
            LOG.atInfo().log("Kafka answers again");
        }
    }

    private void await(long timeoutMs) {
        try {
            boolean unused = wakes.tryAcquire(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forgetWakes();
    }

    @Override
    public long lag(LogPartition partition) {
        TopicPartition key = key(partition);
        Reading reading = readings.get(key);
        if (reading == null) {
            return -1;
        }
        OptionalLong unread = consumer.currentLag(key);
        return unread.isPresent() ? unread.getAsLong() + reading.remaining() : -1;
    }

    @Override
    public void close() {
        readings.clear();
        leftOver = 0;
        consumer.close(CLOSE_SOON);
    }

    private static TopicPartition key(LogPartition partition) {
        return new TopicPartition(partition.topic(), partition.partition());
    }

    /** A partition that is read, with records that were fetched and not yet handed over. */
    private final class Reading {
        private final LogPartition partition;
        private List<ConsumerRecord<byte[], byte[]>> records = List.of();
        private int next;

        /** Whether records may be handed over: neither paused nor stopped. */
        private boolean open = true;

        private Reading(LogPartition partition) {
            this.partition = partition;
        }

        private int remaining() {
            return records.size() - next;
        }

        private int take(List<ConsumerRecord<byte[], byte[]>> fetched) {
            records = fetched;
            next = 0;
            return fetched.size();
        }

        /** Hands over records until the handler pauses or stops the partition. */
        private int handOver(Handler handler) {
            int count = 0;
            while (open && next < records.size()) {
                ConsumerRecord<byte[], byte[]> record = records.get(next);
                next++;
                leftOver--;
                count++;
                byte[] value = record.value();
                // Nobody of ours writes records without a value. An empty one is refused as a frame, with its place.
                handler.record(partition, record.offset(), record.timestamp(), value == null ? NO_VALUE : value);
            }
            if (next == records.size()) {
                records = List.of();
                next = 0;
            }
            return count;
        }
    }
}
