package io.weirflow.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class LaneTest {

    private static final int SIZE = 10;

    private final Lane lane = new Lane(new TopicPartition("t", 0), new StartFrom.Earliest(), -1);
    private final byte[] response = new byte[1_000];

    @Test
    void fillsAndDrains() {
        assertThat(lane.next()).isEqualTo(-1);
        lane.offer(batch(0, 3), 30);
        assertThat(lane.full(40)).isFalse();
        lane.offer(batch(3, 2), 20);
        assertThat(lane.full(40)).isTrue();
        assertThat(lane.next()).isEqualTo(5);
        lane.pausedUntil(20);
        assertThat(lane.drained()).isFalse();
        assertThat(offsets(lane.take())).containsExactly(0L, 1L, 2L);
        assertThat(lane.drained()).isTrue();
        lane.resumed();
        assertThat(lane.drained()).isFalse();
        assertThat(offsets(lane.take())).containsExactly(3L, 4L);
        assertThat(lane.take()).isNull();
    }

    @Test
    void manySmallBatchesFillItToo() {
        int batches = 0;
        while (!lane.full(Long.MAX_VALUE)) {
            lane.offer(batch(batches, 1), SIZE);
            batches++;
        }
        lane.pausedUntil(Long.MAX_VALUE);
        assertThat(lane.drained()).isFalse();
        for (int i = 0; i < batches / 2; i++) {
            assertThat(offsets(lane.take())).containsExactly((long) i);
        }
        assertThat(lane.drained()).isTrue();
    }

    @Test
    void aSmallBatchThatWaitsDoesNotKeepWhatItCameWith() {
        lane.offer(batch(0, 1), 1_000);
        lane.offer(batch(1, 2), 1_000);
        lane.offer(batch(3, 50), 1_000);
        assertThat(arrays(lane.take())).containsExactly(response);
        Collecting copied = collect(lane.take());
        assertThat(copied.arrays).doesNotContain(response);
        assertThat(copied.offsets).containsExactly(1L, 2L);
        assertThat(copied.values).containsExactly(value(1), value(2));
        assertThat(arrays(lane.take())).containsExactly(response);
    }

    @Test
    void lagCountsWhatWaits() {
        assertThat(lane.lag()).isEqualTo(-1);
        lane.unread(7);
        lane.offer(batch(0, 3), 30);
        assertThat(lane.lag()).isEqualTo(10);
        lane.take();
        assertThat(lane.lag()).isEqualTo(7);
    }

    private RecordBatch batch(int from, int count) {
        List<ConsumerRecord<Void, ByteBuffer>> records = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            response[i * SIZE] = (byte) i;
            records.add(new ConsumerRecord<>("t", 0, i, null, ByteBuffer.wrap(response, i * SIZE, SIZE)));
        }
        return RecordBatch.of(records);
    }

    private static byte[] value(int i) {
        byte[] value = new byte[SIZE];
        value[0] = (byte) i;
        return value;
    }

    private static Collecting collect(RecordBatch batch) {
        Collecting all = new Collecting();
        for (int i = 0; i < batch.size(); i++) {
            batch.handOver(i, all, SIZE);
        }
        return all;
    }

    private static Set<byte[]> arrays(RecordBatch batch) {
        return collect(batch).arrays;
    }

    private static List<Long> offsets(RecordBatch batch) {
        return collect(batch).offsets;
    }
}
