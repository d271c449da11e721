package io.weirflow.protocol.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;

/** How ids are written in records. */
public final class IdJson {

    private IdJson() {}

    public static ObjectNode slot(SlotId slot) {
        return Json.object()
                .put("pipeline", slot.pipeline())
                .put("stage", slot.stage())
                .put("partition", slot.partition());
    }

    public static SlotId slot(JsonObject json) {
        return new SlotId(json.text("pipeline"), json.integer("stage"), json.integer("partition"));
    }

    public static ObjectNode worker(WorkerId worker) {
        return Json.object().put("name", worker.name()).put("incarnation", worker.incarnation());
    }

    public static WorkerId worker(JsonObject json) {
        return new WorkerId(json.text("name"), json.number("incarnation"));
    }

    public static LeaseEpoch epoch(JsonObject json) {
        return new LeaseEpoch(json.number("epoch"));
    }
}
