package io.weirflow.worker.slot;

import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slot for one Kafka sink that promises them at least once: each goes out as soon as it is made, without a transaction and without a
 * record of its number. A checkpoint that covers it waits for its acknowledgement, as for frames (rule R6), so none is lost; rows since the last
 * checkpoint come again when the slot is opened anew. Used by the slot's thread.
 */
final class PlainSink {

    private static final int RECORD_OVERHEAD_BYTES = 64;

    private final SinkWriter.Log writer;
    private final int withoutKey;
    private final FrameSender sender;
    private final OutstandingSends sends;

    /** @param slot partition of the slot: its rows without a key stay together */
    PlainSink(SinkWriter.Log writer, int slot, FrameSender sender, OutstandingSends sends) {
        this.writer = writer;
        this.withoutKey = LogRecord.spreadBy(slot);
        this.sender = sender;
        this.sends = sends;
    }

    void send(Row row) {
        byte @Nullable [] key = writer.key(row);
        byte[] value = writer.value(row);
        int sizeBytes = value.length + (key == null ? 0 : key.length) + RECORD_OVERHEAD_BYTES;
        LogRecord one = new LogRecord(writer.topic(), key == null ? withoutKey : LogRecord.BY_KEY, key, value);
        sender.send(one, sends.track(sizeBytes));
    }
}
