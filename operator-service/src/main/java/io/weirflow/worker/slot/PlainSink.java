package io.weirflow.worker.slot;

import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slot for one Kafka sink that promises them at least once: each goes out at the end of the duty cycle, without a transaction and without a
 * record of its number. A checkpoint that covers it waits for its acknowledgement, as for frames (rule R6), so none is lost; rows since the last
 * checkpoint come again when the slot is opened anew. Used by the slot's thread.
 */
final class PlainSink {

    private static final int RECORD_OVERHEAD_BYTES = 64;

    private final SinkWriter.Log writer;
    private final int withoutKey;
    private final FrameSender sender;
    private final OutstandingSends sends;
    private final List<Ready> ready = new ArrayList<>();

    private record Ready(LogRecord row, FrameSender.Callback callback) {}

    /** @param slot partition of the slot: its rows without a key stay together */
    PlainSink(SinkWriter.Log writer, int slot, FrameSender sender, OutstandingSends sends) {
        this.writer = writer;
        this.withoutKey = LogRecord.spreadBy(slot);
        this.sender = sender;
        this.sends = sends;
    }

    /** Takes a row; it counts as under way from now on. */
    void add(Row row) {
        byte @Nullable [] key = writer.key(row);
        byte[] value = writer.value(row);
        int sizeBytes = value.length + (key == null ? 0 : key.length) + RECORD_OVERHEAD_BYTES;
        LogRecord one = new LogRecord(writer.topic(), key == null ? withoutKey : LogRecord.BY_KEY, key, value);
        ready.add(new Ready(one, sends.track(sizeBytes)));
    }

    /** Sends what was added. */
    void handOver() {
        ready.forEach(one -> sender.send(one.row(), one.callback()));
        ready.clear();
    }
}
