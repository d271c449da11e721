package io.weirflow.protocol.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;

/** A {@link Poison} as JSON, in reports and in the control log. */
public final class PoisonJson {

    private PoisonJson() {}

    public static ObjectNode write(Poison poison) {
        ObjectNode json = Json.object()
                .put("position", poison.position())
                .put("row", poison.row())
                .put("step", poison.step())
                .put("record", poison.record());
        if (poison.stageVersion() != StagePlan.FIRST_VERSION) {
            json.put("stageVersion", poison.stageVersion());
        }
        return json;
    }

    public static Poison read(JsonObject json) {
        return new Poison(
                json.number("position"),
                json.integer("row"),
                json.integer("step"),
                json.text("record"),
                json.has("stageVersion") ? json.integer("stageVersion") : StagePlan.FIRST_VERSION);
    }
}
