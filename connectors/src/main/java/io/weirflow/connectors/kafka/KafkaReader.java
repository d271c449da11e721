package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.pipeline.EventTime;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one partition of a topic. The position is the offset; 0 is a first start and means what {@code from} says.
 *
 * <p>While the broker is away {@link #poll} hands over nothing and tries again. An offset that the topic no longer has is fatal: to go on
 * from elsewhere would lose records silently.
 */
final class KafkaReader implements PartitionReader {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaReader.class);
    private static final Duration POLL_WAIT = Duration.ofMillis(2);
    /** Waiting for an answer about offsets; only before the first record and after an offset was refused. */
    private static final Duration LOOK_UP_WAIT = Duration.ofSeconds(1);

    private static final int KEPT_BYTES = 4096;

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final StartFrom from;
    private final int maxRecordBytes;

    private Iterator<ConsumerRecord<byte[], byte[]>> fetched = Collections.emptyIterator();
    private boolean placed;
    /** Next offset to hand over; -1 as long as {@code from} decides. */
    private long next = -1;

    private boolean away;

    KafkaReader(Consumer<byte[], byte[]> consumer, TopicPartition partition, StartFrom from, int maxRecordBytes) {
        this.consumer = consumer;
        this.partition = partition;
        this.from = from;
        this.maxRecordBytes = maxRecordBytes;
        consumer.assign(List.of(partition));
    }

    @Override
    public void seek(long position) {
        if (position > 0) {
            next = position;
            consumer.seek(partition, position);
            placed = true;
        }
    }

    @Override
    public int poll(Handler handler, int maxRecords) {
        try {
            if (!placed) {
                placeByFrom();
                placed = true;
            }
            if (!fetched.hasNext()) {
                fetched = consumer.poll(POLL_WAIT).records(partition).iterator();
            }
            if (away && fetched.hasNext()) {
                LOG.atInfo().addKeyValue("partition", partition).log("The Kafka source can be read again");
                away = false;
            }
        } catch (OffsetOutOfRangeException e) {
            outOfRange();
        } catch (RetriableException e) {
            waitForBroker(e);
        } catch (KafkaException e) {
            throw failure(e);
        }
        int count = 0;
        while (count < maxRecords && fetched.hasNext()) {
            handOver(fetched.next(), handler);
            count++;
        }
        return count;
    }

    private void placeByFrom() {
        if (from instanceof StartFrom.Earliest) {
            consumer.seekToBeginning(List.of(partition));
        } else if (from instanceof StartFrom.Timestamp timestamp) {
            OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, timestamp.ms()), LOOK_UP_WAIT)
                    .get(partition);
            if (found != null) {
                consumer.seek(partition, found.offset());
                return;
            }
            consumer.seekToEnd(List.of(partition));
        } else {
            consumer.seekToEnd(List.of(partition));
        }
    }

    private void handOver(ConsumerRecord<byte[], byte[]> record, Handler handler) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        long timestampMs = record.timestamp() < 0 ? EventTime.NONE_MS : record.timestamp();
        next = record.offset() + 1;
        if (value.length > maxRecordBytes) {
            handler.malformed(
                    record.offset(),
                    next,
                    timestampMs,
                    value,
                    0,
                    Math.min(value.length, KEPT_BYTES),
                    "the record has " + value.length + " bytes; max_record_bytes is " + maxRecordBytes);
        } else {
            handler.record(record.offset(), next, timestampMs, value, 0, value.length);
        }
    }

    private void outOfRange() {
        if (next < 0) {
            // Retention moved on between finding the place and reading from it; nothing was read yet, so nothing is
            // lost.
            placed = false;
            return;
        }
        long beginning;
        long end;
        try {
            beginning =
                    consumer.beginningOffsets(List.of(partition), LOOK_UP_WAIT).getOrDefault(partition, 0L);
            end = consumer.endOffsets(List.of(partition), LOOK_UP_WAIT).getOrDefault(partition, 0L);
        } catch (RetriableException e) {
            waitForBroker(e);
            return;
        }
        if (next < beginning) {
            throw ConnectorException.fatal("kafka source: retention removed " + (beginning - next) + " offsets of "
                    + partition + " before they were read (" + next + " to " + (beginning - 1)
                    + "). Lengthen the topic's retention and start the pipeline anew");
        }
        throw ConnectorException.fatal("kafka source: " + partition + " ends at offset " + end + ", but " + next
                + " offsets were read of it: the topic was made anew. Start the pipeline anew");
    }

    private void waitForBroker(RetriableException e) {
        if (!away) {
            LOG.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("reason", e.getMessage())
                    .log("The Kafka source cannot be read for now; trying again until it works");
            away = true;
        }
    }

    private ConnectorException failure(KafkaException e) {
        boolean forGood = e instanceof AuthenticationException
                || e instanceof AuthorizationException
                || e instanceof InvalidTopicException;
        return new ConnectorException(
                "kafka source: cannot read " + partition + ": " + e.getMessage()
                        + (forGood ? "; give the client the rights that it needs" : ""),
                !forGood,
                e);
    }

    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public String logName(long position) {
        return partition.topic();
    }

    @Override
    public long lag() {
        return placed ? consumer.currentLag(partition).orElse(-1) : -1;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
