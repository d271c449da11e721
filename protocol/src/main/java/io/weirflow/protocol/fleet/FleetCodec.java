package io.weirflow.protocol.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.fleet.FleetRecord.FollowerReport;
import io.weirflow.protocol.fleet.FleetRecord.InboxPosition;
import io.weirflow.protocol.fleet.FleetRecord.InboxPositions;
import io.weirflow.protocol.fleet.FleetRecord.SinksCompleted;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.json.IdJson;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;

/** Reports as JSON, version 1: fields {@code type} and {@code is} say which, their values are append-only. */
public final class FleetCodec {

    private static final int VERSION = 1;

    private FleetCodec() {}

    public static byte[] encode(FleetRecord report) {
        ObjectNode json = Json.object().put("v", VERSION);
        if (report instanceof WorkerHeartbeat heartbeat) {
            json.put("type", "heartbeat").set("worker", IdJson.worker(heartbeat.worker()));
            json.put("sequence", heartbeat.sequence());
            if (!heartbeat.scope().equals(WorkerScope.ALL)) {
                json.set("scope", scope(heartbeat.scope()));
            }
        } else if (report instanceof WorkerLeft left) {
            json.put("type", "left").set("worker", IdJson.worker(left.worker()));
        } else if (report instanceof SlotReport slot) {
            json.put("type", "slot").set("worker", IdJson.worker(slot.worker()));
            json.set("slot", IdJson.slot(slot.slot()));
            json.put("epoch", slot.epoch().number()).set("status", status(slot.status()));
        } else if (report instanceof FollowerReport follower) {
            json.put("type", "follower").set("worker", IdJson.worker(follower.worker()));
            json.set("slot", IdJson.slot(follower.slot()));
            json.put("instance", follower.instance()).put("checkpoint", follower.checkpoint());
            json.put("lagRecords", follower.lagRecords());
        } else if (report instanceof InboxPositions positions) {
            json.put("type", "positions").set("worker", IdJson.worker(positions.worker()));
            json.put("pipeline", positions.pipeline()).put("instance", positions.instance());
            json.set("inboxes", Json.array(positions.inboxes(), FleetCodec::position));
        } else if (report instanceof SinksCompleted completed) {
            json.put("type", "sinks-completed").set("worker", IdJson.worker(completed.worker()));
            json.put("pipeline", completed.pipeline()).put("instance", completed.instance());
            json.put("stage", completed.stage());
        }
        return Json.bytes(json);
    }

    private static JsonNode position(InboxPosition position) {
        return Json.object()
                .put("stage", position.stage())
                .put("partition", position.partition())
                .put("next", position.next());
    }

    private static InboxPosition readPosition(JsonObject json) {
        return new InboxPosition(json.integer("stage"), json.integer("partition"), json.number("next"));
    }

    private static JsonNode scope(WorkerScope scope) {
        ObjectNode json = Json.object();
        json.set("pipelines", Json.array(scope.pipelines(), TextNode::valueOf));
        return json.set("stages", Json.array(scope.stages(), TextNode::valueOf));
    }

    private static WorkerScope readScope(JsonObject json) {
        return new WorkerScope(json.texts("pipelines"), json.texts("stages"));
    }

    private static JsonNode status(SlotStatus status) {
        ObjectNode json = Json.object();
        if (status instanceof SlotStatus.Running running) {
            json.put("is", "running").put("checkpoint", running.checkpoint());
            json.put("nextPosition", running.nextPosition()).put("watermarkMs", running.watermarkMs());
            if (running.stageVersion() != StagePlan.FIRST_VERSION) {
                json.put("stageVersion", running.stageVersion());
            }
        } else if (status instanceof SlotStatus.Finished finished) {
            json.put("is", "finished").put("checkpoint", finished.checkpoint());
            json.put("nextPosition", finished.nextPosition());
        } else if (status instanceof SlotStatus.Released released) {
            json.put("is", "released");
            if (released.changelogEnd() != SlotStatus.NONE) {
                json.put("changelogEnd", released.changelogEnd());
            }
        } else if (status instanceof SlotStatus.Stopped) {
            json.put("is", "stopped");
        } else if (status instanceof SlotStatus.Failed failed) {
            json.put("is", "failed").put("reason", failed.reason()).put("retriable", failed.retriable());
            if (failed.poison() != null) {
                json.set("poison", PoisonJson.write(failed.poison()));
            }
        } else if (status instanceof SlotStatus.SenderBroken broken) {
            json.put("is", "sender-broken").set("sender", IdJson.slot(broken.sender()));
            json.put("expectedSequence", broken.expectedSequence()).put("foundSequence", broken.foundSequence());
        }
        return json;
    }

    /** @throws WireFormatException when the bytes are not a report of a known version */
    public static FleetRecord decode(byte[] value) {
        return Json.parse(value, "report").read(FleetCodec::read);
    }

    private static FleetRecord read(JsonObject json) {
        json.version(VERSION);
        String type = json.text("type");
        WorkerId worker = json.object("worker", IdJson::worker);
        return switch (type) {
            case "heartbeat" ->
                new WorkerHeartbeat(
                        worker,
                        json.number("sequence"),
                        json.has("scope") ? json.object("scope", FleetCodec::readScope) : WorkerScope.ALL);
            case "left" -> new WorkerLeft(worker);
            case "slot" ->
                new SlotReport(
                        worker,
                        json.object("slot", IdJson::slot),
                        IdJson.epoch(json),
                        json.object("status", FleetCodec::readStatus));
            case "follower" ->
                new FollowerReport(
                        worker,
                        json.object("slot", IdJson::slot),
                        json.text("instance"),
                        json.number("checkpoint"),
                        json.number("lagRecords"));
            case "positions" ->
                new InboxPositions(
                        worker,
                        json.text("pipeline"),
                        json.text("instance"),
                        json.objects("inboxes", FleetCodec::readPosition));
            case "sinks-completed" ->
                new SinksCompleted(worker, json.text("pipeline"), json.text("instance"), json.integer("stage"));
            default -> throw new WireFormatException(json.path() + ": unknown type '" + type + "'");
        };
    }

    private static SlotStatus readStatus(JsonObject json) {
        String is = json.text("is");
        return switch (is) {
            case "running" ->
                new SlotStatus.Running(
                        json.number("checkpoint"),
                        json.number("nextPosition"),
                        json.number("watermarkMs"),
                        json.has("stageVersion") ? json.integer("stageVersion") : StagePlan.FIRST_VERSION);
            case "finished" -> new SlotStatus.Finished(json.number("checkpoint"), json.number("nextPosition"));
            case "released" ->
                new SlotStatus.Released(json.has("changelogEnd") ? json.number("changelogEnd") : SlotStatus.NONE);
            case "stopped" -> new SlotStatus.Stopped();
            case "failed" ->
                new SlotStatus.Failed(
                        json.text("reason"), json.flag("retriable"), json.optional("poison", PoisonJson::read));
            case "sender-broken" ->
                new SlotStatus.SenderBroken(
                        json.object("sender", IdJson::slot),
                        json.number("expectedSequence"),
                        json.number("foundSequence"));
            default -> throw new WireFormatException(json.path() + ": unknown status '" + is + "'");
        };
    }
}
