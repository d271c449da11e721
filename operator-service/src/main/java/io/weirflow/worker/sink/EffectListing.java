package io.weirflow.worker.sink;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.connect.JsonRows;
import java.nio.charset.StandardCharsets;

/** Makes the records by which people find the effects of which nobody knows whether they have happened. Used by one thread. */
public final class EffectListing {

    private final String topic;
    private final String sink;
    private final int slot;
    private final JsonRows rows;

    /**
     * @param sink its name
     * @param slot the slot's partition
     */
    public EffectListing(String pipeline, String sink, int slot, RowType rowType) {
        this.topic = Names.unknownTopic(pipeline, sink);
        this.sink = sink;
        this.slot = slot;
        this.rows = new JsonRows(rowType);
    }

    String topic() {
        return topic;
    }

    LogRecord record(long sequence, String key, String reason, Row row) {
        ObjectNode json = Json.object();
        json.put("sink", sink);
        json.put("slot", slot);
        json.put("number", sequence);
        json.put("idempotency_key", key);
        json.put("reason", reason);
        json.putRawValue("row", new RawValue(rows.render(row)));
        return new LogRecord(topic, 0, key.getBytes(StandardCharsets.UTF_8), Json.bytes(json));
    }
}
