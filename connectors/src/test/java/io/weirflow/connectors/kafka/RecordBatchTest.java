package io.weirflow.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.EventTime;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class RecordBatchTest {

    private static final int MAX_BYTES = 4;

    private final byte[] response = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

    @Test
    void valuesLieWhereTheyWereFetched() {
        ByteBuffer slice = ByteBuffer.wrap(response, 2, 6).slice();
        slice.position(1);
        RecordBatch batch = RecordBatch.of(List.of(record(7, 1_000, slice), record(9, 2_000, bytes(8, 2))));
        Collecting all = handOver(batch, 10);
        assertThat(all.offsets).containsExactly(7L, 9L);
        assertThat(all.timestampsMs).containsExactly(1_000L, 2_000L);
        assertThat(all.values).containsExactly(new byte[] {3, 4, 5, 6, 7}, new byte[] {8, 9});
        assertThat(all.arrays).containsExactly(response);
        assertThat(batch.sizeBytes()).isEqualTo(7);
        assertThat(batch.nextOffset()).isEqualTo(10);
    }

    @Test
    void aTombstoneHasAnEmptyValue() {
        Collecting all = handOver(RecordBatch.of(List.of(record(0, 0, null))), MAX_BYTES);
        assertThat(all.values).containsExactly(new byte[0]);
        assertThat(all.malformed).isEmpty();
    }

    @Test
    void aRecordWithoutATimeHasNone() {
        Collecting all = handOver(RecordBatch.of(List.of(record(0, -1, bytes(0, 1)))), MAX_BYTES);
        assertThat(all.timestampsMs).containsExactly(EventTime.NONE_MS);
    }

    @Test
    void oneThatIsTooLargeIsMalformed() {
        Collecting all =
                handOver(RecordBatch.of(List.of(record(0, 0, bytes(0, 5)), record(1, 0, bytes(5, 4)))), MAX_BYTES);
        assertThat(all.malformed).containsExactly("the record has 5 bytes; max_record_bytes is 4");
        assertThat(all.offsets).containsExactly(0L, 1L);
    }

    @Test
    void valuesOutsideOfTheHeapAreCopied() {
        ByteBuffer direct = ByteBuffer.allocateDirect(3);
        direct.put(new byte[] {1, 2, 3}).flip();
        Collecting all = handOver(RecordBatch.of(List.of(record(0, 0, direct))), MAX_BYTES);
        assertThat(all.values).containsExactly(new byte[] {1, 2, 3});
    }

    @Test
    void aCopyHasAllOfIt() {
        RecordBatch copy = RecordBatch.of(
                        List.of(record(3, 5, bytes(1, 2)), record(4, 6, null), record(6, 7, bytes(4, 3))))
                .copy();
        Collecting all = handOver(copy, MAX_BYTES);
        assertThat(all.offsets).containsExactly(3L, 4L, 6L);
        assertThat(all.timestampsMs).containsExactly(5L, 6L, 7L);
        assertThat(all.values).containsExactly(new byte[] {1, 2}, new byte[0], new byte[] {4, 5, 6});
        assertThat(all.arrays).doesNotContain(response);
        assertThat(copy.sizeBytes()).isEqualTo(5);
    }

    private ByteBuffer bytes(int start, int length) {
        return ByteBuffer.wrap(response, start, length);
    }

    private static Collecting handOver(RecordBatch batch, int maxBytes) {
        Collecting all = new Collecting();
        for (int i = 0; i < batch.size(); i++) {
            batch.handOver(i, all, maxBytes);
        }
        return all;
    }

    private static ConsumerRecord<Void, ByteBuffer> record(long offset, long timestampMs, ByteBuffer value) {
        return new ConsumerRecord<>(
                "t",
                0,
                offset,
                timestampMs,
                TimestampType.CREATE_TIME,
                -1,
                value == null ? -1 : value.remaining(),
                null,
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
