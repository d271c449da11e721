package io.weirflow.protocol.savepoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import io.weirflow.protocol.plan.PlanCodec;
import io.weirflow.protocol.savepoint.SavepointManifest.SlotPart;

/** Manifests as JSON, version 1. */
public final class SavepointManifestCodec {

    private static final int VERSION = 1;

    private SavepointManifestCodec() {}

    public static byte[] encode(SavepointManifest manifest) {
        ObjectNode json = Json.object().put("v", VERSION).put("name", manifest.name());
        json.put("pipeline", manifest.pipeline()).put("instance", manifest.instance());
        json.put("incarnation", manifest.incarnation().number()).put("fingerprint", manifest.fingerprint());
        json.put("baseDir", manifest.baseDir()).put("takenAtMs", manifest.takenAtMs());
        json.set("plan", PlanCodec.toJson(manifest.plan()));
        json.set("slots", Json.array(manifest.slots(), SavepointManifestCodec::slot));
        return Json.bytes(json);
    }

    private static ObjectNode slot(SlotPart slot) {
        return Json.object()
                .put("stage", slot.stage())
                .put("partition", slot.partition())
                .put("checkpoint", slot.checkpoint())
                .put("nextPosition", slot.nextPosition())
                .put("changes", slot.changes())
                .put("inboxRecords", slot.inboxRecords())
                .put("reach", slot.reach());
    }

    /** @throws WireFormatException when this is not a manifest of a known version */
    public static SavepointManifest decode(byte[] bytes) {
        return Json.parse(bytes, "manifest").read(SavepointManifestCodec::read);
    }

    private static SavepointManifest read(JsonObject json) {
        json.version(VERSION);
        return new SavepointManifest(
                json.text("name"),
                json.text("pipeline"),
                json.text("instance"),
                new Incarnation(json.integer("incarnation")),
                json.text("fingerprint"),
                json.text("baseDir"),
                json.number("takenAtMs"),
                json.object("plan", PlanCodec::fromJson),
                json.objects("slots", SavepointManifestCodec::readSlot));
    }

    private static SlotPart readSlot(JsonObject json) {
        return new SlotPart(
                json.integer("stage"),
                json.integer("partition"),
                json.number("checkpoint"),
                json.number("nextPosition"),
                json.number("changes"),
                json.number("inboxRecords"),
                json.number("reach"));
    }
}
