package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.pipeline.EventTime;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads one partition of a topic. The position is the offset; 0 is a first start and means what {@code from} says. A {@link KafkaFetcher} fetches;
 * values are handed over where they lie in what was fetched.
 *
 * <p>While the broker is away {@link #poll} hands over nothing. An offset that the topic no longer has is fatal: to go on from elsewhere would lose
 * records silently.
 */
final class KafkaReader implements PartitionReader {

    private static final int KEPT_BYTES = 4096;
    private static final byte[] NO_VALUE = {};

    private final KafkaFetchers fetchers;
    private final String servers;
    private final TopicPartition partition;
    private final StartFrom from;
    private final int maxRecordBytes;
    private Runnable wake = () -> {};
    private @Nullable Lane lane;
    private @Nullable KafkaFetcher fetcher;
    private List<ConsumerRecord<Void, ByteBuffer>> batch = List.of();
    private int next;

    KafkaReader(KafkaFetchers fetchers, String servers, TopicPartition partition, StartFrom from, int maxRecordBytes) {
        this.fetchers = fetchers;
        this.servers = servers;
        this.partition = partition;
        this.from = from;
        this.maxRecordBytes = maxRecordBytes;
    }

    @Override
    public void seek(long position) {
        Lane opened = new Lane(partition, from, position > 0 ? position : -1);
        opened.onArrival(wake);
        lane = opened;
        fetcher = fetchers.attach(servers, opened);
    }

    @Override
    public void onArrival(Runnable newWake) {
        wake = newWake;
        if (lane != null) {
            lane.onArrival(newWake);
        }
    }

    @Override
    public int poll(Handler handler, int maxRecords) {
        int count = 0;
        while (count < maxRecords && (next < batch.size() || takeBatch())) {
            ConsumerRecord<Void, ByteBuffer> record = batch.get(next);
            next++;
            count++;
            handOver(record, handler);
        }
        if (count == 0 && lane != null) {
            ConnectorException failure = lane.failure();
            // Records may have come before it, since the batches were looked at.
            if (failure != null && !takeBatch()) {
                throw failure;
            }
        }
        return count;
    }

    private boolean takeBatch() {
        batch = List.of();
        next = 0;
        Lane open = lane;
        Lane.Batch taken = open == null ? null : open.take();
        if (open == null || taken == null) {
            return false;
        }
        batch = taken.records();
        if (fetcher != null && open.drained()) {
            fetcher.resumeDrained();
        }
        return true;
    }

    private void handOver(ConsumerRecord<Void, ByteBuffer> record, Handler handler) {
        byte[] bytes = NO_VALUE;
        int offset = 0;
        int length = 0;
        ByteBuffer value = record.value();
        if (value != null) {
            length = value.remaining();
            if (value.hasArray()) {
                bytes = value.array();
                offset = value.arrayOffset() + value.position();
            } else {
                bytes = new byte[length];
                value.duplicate().get(bytes);
            }
        }
        long timestampMs = record.timestamp() < 0 ? EventTime.NONE_MS : record.timestamp();
        long after = record.offset() + 1;
        if (length > maxRecordBytes) {
            String reason = "the record has " + length + " bytes; max_record_bytes is " + maxRecordBytes;
            handler.malformed(record.offset(), after, timestampMs, bytes, offset, Math.min(length, KEPT_BYTES), reason);
        } else {
            handler.record(record.offset(), after, timestampMs, bytes, offset, length);
        }
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
        long ahead = lane == null ? -1 : lane.lag();
        return ahead < 0 ? -1 : ahead + batch.size() - next;
    }

    @Override
    public void close() {
        if (lane != null && fetcher != null) {
            fetchers.detach(fetcher, lane);
        }
    }
}
