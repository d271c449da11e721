package io.weirflow.protocol.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed.Trim;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.PipelineDeleted;
import io.weirflow.protocol.control.ControlRecord.PipelineRestored;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.control.ControlRecord.StageScaled;
import io.weirflow.protocol.fleet.PoisonJson;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.json.IdJson;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import io.weirflow.protocol.plan.PlanCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Control records as JSON, version 1: field {@code type} says which, its values are append-only. */
public final class ControlCodec {

    private static final int VERSION = 1;

    private ControlCodec() {}

    /** Returns the key of the log's record. */
    public static byte[] key(ControlRecord decision) {
        return decision.key().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the value of the log's record. */
    public static byte[] value(ControlRecord decision) {
        ObjectNode json = Json.object().put("v", VERSION);
        if (decision instanceof PipelineAdmitted admitted) {
            json.put("type", "pipeline-admitted").put("name", admitted.name()).put("instance", admitted.instance());
            json.put("incarnation", admitted.incarnation().number()).put("fingerprint", admitted.fingerprint());
            json.put("baseDir", admitted.baseDir()).set("plan", PlanCodec.toJson(admitted.plan()));
            if (!admitted.former().isEmpty()) {
                json.set("former", Json.array(admitted.former(), PlanCodec::stage));
            }
        } else if (decision instanceof PhaseChanged changed) {
            json.put("type", "phase-changed").put("name", changed.name()).put("instance", changed.instance());
            json.put("phase", changed.phase().name()).put("reason", changed.reason());
        } else if (decision instanceof SlotAssigned assigned) {
            json.put("type", "slot-assigned").set("slot", IdJson.slot(assigned.slot()));
            json.put("instance", assigned.instance()).set("worker", IdJson.worker(assigned.worker()));
            json.put("revoked", assigned.revoked())
                    .put("epoch", assigned.epoch().number());
            if (assigned.changelogEnd() != SlotAssigned.UNKNOWN) {
                json.put("changelogEnd", assigned.changelogEnd());
            }
        } else if (decision instanceof SlotFollowed followed) {
            json.put("type", "slot-followed").set("slot", IdJson.slot(followed.slot()));
            json.put("instance", followed.instance()).set("workers", Json.array(followed.workers(), TextNode::valueOf));
        } else if (decision instanceof CheckpointTriggered triggered) {
            json.put("type", "checkpoint-triggered").put("pipeline", triggered.pipeline());
            json.put("number", triggered.number());
        } else if (decision instanceof LeaderElected elected) {
            json.put("type", "leader-elected").put("coordinator", elected.coordinator());
            json.put("term", elected.term());
            if (!elected.address().isEmpty()) {
                json.put("address", elected.address());
            }
        } else if (decision instanceof PipelineDeleted deleted) {
            json.put("type", "pipeline-deleted").put("name", deleted.name());
            json.put("incarnation", deleted.incarnation().number());
        } else if (decision instanceof StageScaled scaled) {
            json.put("type", "stage-scaled").put("pipeline", scaled.pipeline());
            json.put("stage", scaled.stage()).put("workers", scaled.workers());
        } else if (decision instanceof InboxesTrimmed trimmed) {
            json.put("type", "inboxes-trimmed").put("pipeline", trimmed.pipeline());
            json.set("inboxes", Json.array(trimmed.inboxes(), ControlCodec::trim));
        } else if (decision instanceof RecordPoisoned poisoned) {
            json.put("type", "record-poisoned").set("slot", IdJson.slot(poisoned.slot()));
            json.put("instance", poisoned.instance()).set("poison", PoisonJson.write(poisoned.poison()));
            json.put("reason", poisoned.reason()).put("parked", poisoned.parked());
        } else if (decision instanceof PipelineRestored restored) {
            json.put("type", "pipeline-restored").put("pipeline", restored.pipeline());
            json.put("instance", restored.instance()).put("savepoint", restored.savepoint());
            json.put("complete", restored.complete());
        }
        return Json.bytes(json);
    }

    private static ObjectNode trim(Trim one) {
        return Json.object()
                .put("stage", one.stage())
                .put("partition", one.partition())
                .put("before", one.before());
    }

    private static Trim readTrim(JsonObject json) {
        return new Trim(json.text("stage"), json.integer("partition"), json.number("before"));
    }

    /** @throws WireFormatException when this is not a control record of a known version, or not one of this key */
    public static ControlRecord decode(byte[] key, byte[] value) {
        String keyText = new String(key, StandardCharsets.UTF_8);
        String what = "control record '" + keyText + "'";
        ControlRecord decision = Json.parse(value, what).read(ControlCodec::read);
        if (!decision.key().equals(keyText)) {
            throw new WireFormatException(what + ": holds the state of '" + decision.key() + "'");
        }
        return decision;
    }

    private static ControlRecord read(JsonObject json) {
        json.version(VERSION);
        String type = json.text("type");
        return switch (type) {
            case "pipeline-admitted" ->
                new PipelineAdmitted(
                        json.text("name"),
                        json.text("instance"),
                        new Incarnation(json.integer("incarnation")),
                        json.text("fingerprint"),
                        json.text("baseDir"),
                        json.object("plan", PlanCodec::fromJson),
                        json.has("former") ? json.objects("former", PlanCodec::readStage) : List.of());
            case "phase-changed" ->
                new PhaseChanged(
                        json.text("name"),
                        json.text("instance"),
                        json.constant("phase", Phase.class),
                        json.text("reason"));
            case "slot-assigned" ->
                new SlotAssigned(
                        json.object("slot", IdJson::slot),
                        json.text("instance"),
                        json.object("worker", IdJson::worker),
                        json.flag("revoked"),
                        IdJson.epoch(json),
                        json.has("changelogEnd") ? json.number("changelogEnd") : SlotAssigned.UNKNOWN);
            case "slot-followed" ->
                new SlotFollowed(json.object("slot", IdJson::slot), json.text("instance"), json.texts("workers"));
            case "checkpoint-triggered" -> new CheckpointTriggered(json.text("pipeline"), json.number("number"));
            case "leader-elected" ->
                new LeaderElected(
                        json.text("coordinator"), json.number("term"), json.has("address") ? json.text("address") : "");
            case "pipeline-deleted" ->
                new PipelineDeleted(json.text("name"), new Incarnation(json.integer("incarnation")));
            case "stage-scaled" -> new StageScaled(json.text("pipeline"), json.text("stage"), json.integer("workers"));
            case "pipeline-restored" ->
                new PipelineRestored(
                        json.text("pipeline"), json.text("instance"), json.text("savepoint"), json.flag("complete"));
            case "inboxes-trimmed" ->
                new InboxesTrimmed(json.text("pipeline"), json.objects("inboxes", ControlCodec::readTrim));
            case "record-poisoned" ->
                new RecordPoisoned(
                        json.object("slot", IdJson::slot),
                        json.text("instance"),
                        json.object("poison", PoisonJson::read),
                        json.text("reason"),
                        json.flag("parked"));
            default -> throw new WireFormatException(json.path() + ": unknown type '" + type + "'");
        };
    }
}
