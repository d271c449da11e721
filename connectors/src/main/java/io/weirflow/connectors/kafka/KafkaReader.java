package io.weirflow.connectors.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.PartitionReader;
import java.util.List;
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

    private static final RecordBatch NONE = RecordBatch.of(List.of());

    private final KafkaFetchers fetchers;
    private final KafkaAccess kafka;
    private final TopicPartition partition;
    private final StartFrom from;
    private final int maxRecordBytes;
    private Runnable wake = () -> {};
    private @Nullable Lane lane;
    private @Nullable KafkaFetcher fetcher;
    private RecordBatch batch = NONE;
    private int next;

    KafkaReader(
            KafkaFetchers fetchers, KafkaAccess kafka, TopicPartition partition, StartFrom from, int maxRecordBytes) {
        this.fetchers = fetchers;
        this.kafka = kafka;
        this.partition = partition;
        this.from = from;
        this.maxRecordBytes = maxRecordBytes;
    }

    @Override
    public void seek(long position) {
        Lane opened = new Lane(partition, from, position > 0 ? position : -1);
        opened.onArrival(wake);
        lane = opened;
        fetcher = fetchers.attach(kafka, opened);
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
            int record = next;
            next++;
            count++;
            batch.handOver(record, handler, maxRecordBytes);
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
        batch = NONE;
        next = 0;
        Lane open = lane;
        RecordBatch taken = open == null ? null : open.take();
        if (open == null || taken == null) {
            return false;
        }
        batch = taken;
        if (fetcher != null && open.drained()) {
            fetcher.resumeDrained();
        }
        return true;
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
