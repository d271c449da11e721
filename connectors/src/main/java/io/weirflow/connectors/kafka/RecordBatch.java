package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.PartitionReader.Handler;
import io.weirflow.api.pipeline.EventTime;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records of one partition as they were fetched, by columns. Kafka makes some six objects for a record; as long as it waits to be read they would be moved by each
 * collection of garbage, and the thread that reads would follow each of them through memory. Values stay where they lie in the response.
 */
final class RecordBatch {

    private static final int KEPT_BYTES = 4096;
    private static final byte[] NO_VALUE = {};

    private final long[] offsets;
    private final long[] timestampsMs;
    private final byte[][] arrays;
    private final int[] starts;
    private final int[] lengths;
    private final long sizeBytes;

    private RecordBatch(List<ConsumerRecord<Void, ByteBuffer>> records) {
        int size = records.size();
        offsets = new long[size];
        timestampsMs = new long[size];
        arrays = new byte[size][];
        starts = new int[size];
        lengths = new int[size];
        long bytes = 0;
        for (int i = 0; i < size; i++) {
            ConsumerRecord<Void, ByteBuffer> record = records.get(i);
            offsets[i] = record.offset();
            timestampsMs[i] = record.timestamp() < 0 ? EventTime.NONE_MS : record.timestamp();
            value(i, record.value());
            bytes += lengths[i];
        }
        sizeBytes = bytes;
    }

    /** A copy that shares nothing but what never changes. */
    private RecordBatch(RecordBatch original) {
        offsets = original.offsets;
        timestampsMs = original.timestampsMs;
        lengths = original.lengths;
        sizeBytes = original.sizeBytes;
        arrays = new byte[lengths.length][];
        starts = new int[lengths.length];
        byte[] all = new byte[Math.toIntExact(sizeBytes)];
        int end = 0;
        for (int i = 0; i < lengths.length; i++) {
            System.arraycopy(original.arrays[i], original.starts[i], all, end, lengths[i]);
            arrays[i] = all;
            starts[i] = end;
            end += lengths[i];
        }
    }

    /** @param records of one partition, in their order */
    static RecordBatch of(List<ConsumerRecord<Void, ByteBuffer>> records) {
        return new RecordBatch(records);
    }

    private void value(int i, ByteBuffer value) {
        if (value == null) {
            arrays[i] = NO_VALUE;
        } else if (value.hasArray()) {
            arrays[i] = value.array();
            starts[i] = value.arrayOffset() + value.position();
            lengths[i] = value.remaining();
        } else {
            arrays[i] = new byte[value.remaining()];
            lengths[i] = value.remaining();
            value.duplicate().get(arrays[i]);
        }
    }

    /** Returns the same records apart from what they were fetched with. */
    RecordBatch copy() {
        return new RecordBatch(this);
    }

    int size() {
        return offsets.length;
    }

    /** Returns the size of the values. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Returns the offset after the last record, of which there is one. */
    long nextOffset() {
        return offsets[offsets.length - 1] + 1;
    }

    /**
     * Hands over a record.
     *
     * @param maxBytes one that is larger is malformed
     */
    void handOver(int i, Handler handler, int maxBytes) {
        long offset = offsets[i];
        int length = lengths[i];
        if (length > maxBytes) {
            String reason = "the record has " + length + " bytes; max_record_bytes is " + maxBytes;
            handler.malformed(
                    offset, offset + 1, timestampsMs[i], arrays[i], starts[i], Math.min(length, KEPT_BYTES), reason);
        } else {
            handler.record(offset, offset + 1, timestampsMs[i], arrays[i], starts[i], length);
        }
    }
}
