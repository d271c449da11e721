package io.weirflow.protocol.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.OnPoison;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Pipelines as JSON, version 1. Equal plans whose options are in the same order give the same bytes. Secrets are written as references.
 * Names of kinds are append-only; old bytes are kept as fixtures of the tests.
 */
public final class PlanCodec {

    private static final int VERSION = 1;
    private static final int FINGERPRINT_CHARS = 16;

    private PlanCodec() {}

    public static byte[] encode(Pipeline pipeline) {
        return Json.bytes(toJson(pipeline));
    }

    /** @throws WireFormatException when the bytes are not a plan of a known version */
    public static Pipeline decode(byte[] bytes) {
        return Json.parse(bytes, "plan").read(PlanCodec::fromJson);
    }

    /**
     * Returns the start of the SHA-256 of the encoded plan: two plans with one fingerprint are the same version of a pipeline. How many workers stand by
     * does not matter.
     */
    public static String fingerprint(Pipeline pipeline) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(encode(withoutStandbys(pipeline)));
            return HexFormat.of().formatHex(digest).substring(0, FINGERPRINT_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static Pipeline withoutStandbys(Pipeline pipeline) {
        List<StagePlan> stages =
                pipeline.stages().stream().map(stage -> stage.withStandbys(0)).toList();
        return pipeline.withStages(stages);
    }

    /** Returns the plan as a tree, to be put in another record. */
    public static ObjectNode toJson(Pipeline pipeline) {
        ObjectNode json = Json.object().put("v", VERSION).put("name", pipeline.name());
        if (pipeline.onPoison() != OnPoison.FAIL) {
            json.put("onPoison", pipeline.onPoison().name());
        }
        return json.set("stages", Json.array(pipeline.stages(), PlanCodec::stage));
    }

    /** Reads what {@link #toJson} made. */
    public static Pipeline fromJson(JsonObject json) {
        json.version(VERSION);
        return new Pipeline(
                json.text("name"),
                json.objects("stages", PlanCodec::readStage),
                json.has("onPoison") ? json.constant("onPoison", OnPoison.class) : OnPoison.FAIL);
    }

    /** Returns one stage as a tree, to be put in another record. */
    public static JsonNode stage(StagePlan stage) {
        ObjectNode json = Json.object().put("id", stage.id()).put("name", stage.name());
        json.put("uid", stage.uid()).put("slots", stage.slots());
        if (stage.standbys() > 0) {
            json.put("standbys", stage.standbys());
        }
        if (stage.version() != StagePlan.FIRST_VERSION) {
            json.put("version", stage.version());
        }
        json.set("input", input(stage.input()));
        return json.set("steps", Json.array(stage.steps(), StepJson::write));
    }

    /** Reads what {@link #stage} made. */
    public static StagePlan readStage(JsonObject json) {
        return new StagePlan(
                json.integer("id"),
                json.text("name"),
                json.text("uid"),
                json.integer("slots"),
                json.object("input", PlanCodec::readInput),
                json.objects("steps", StepJson::read),
                json.has("standbys") ? json.integer("standbys") : 0,
                json.has("version") ? json.integer("version") : StagePlan.FIRST_VERSION);
    }

    private static JsonNode input(StageInput input) {
        ObjectNode json = Json.object();
        if (input instanceof StageInput.Source source) {
            json.put("reads", "source").put("stream", source.stream()).put("connector", source.connector());
            json.set("options", OptionsJson.write(source.options()));
            json.put("format", source.format()).set("formatOptions", OptionsJson.write(source.formatOptions()));
            json.set("rowType", TypeJson.write(source.rowType()));
            json.set("eventTime", eventTime(source.eventTime()));
            json.put("bounded", source.bounded()).put("failOnError", source.failOnError());
            if (!source.readsAllColumns()) {
                source.readColumns().forEach(json.putArray("readColumns")::add);
            }
        } else if (input instanceof StageInput.Inbox inbox) {
            json.put("reads", "inbox");
            json.set("ports", Json.array(inbox.ports(), port -> {
                ObjectNode one = Json.object().put("fromStage", port.fromStage());
                return one.set("rowType", TypeJson.write(port.rowType()));
            }));
        }
        return json;
    }

    private static StageInput readInput(JsonObject json) {
        String kind = json.text("reads");
        return switch (kind) {
            case "source" -> readSource(json);
            case "inbox" ->
                new StageInput.Inbox(json.objects(
                        "ports",
                        port -> new StageInput.Port(port.integer("fromStage"), TypeJson.rowType(port, "rowType"))));
            default -> throw new WireFormatException(json.path() + ": unknown kind of input '" + kind + "'");
        };
    }

    private static StageInput.Source readSource(JsonObject json) {
        StageInput.Source source = new StageInput.Source(
                json.text("stream"),
                json.text("connector"),
                OptionsJson.read(json, "options"),
                json.text("format"),
                OptionsJson.read(json, "formatOptions"),
                TypeJson.rowType(json, "rowType"),
                json.object("eventTime", PlanCodec::readEventTime),
                json.flag("bounded"),
                json.flag("failOnError"));
        return json.has("readColumns") ? source.reading(json.integers("readColumns")) : source;
    }

    private static JsonNode eventTime(EventTime eventTime) {
        ObjectNode json = Json.object();
        if (eventTime instanceof EventTime.None) {
            json.put("from", "none");
        } else if (eventTime instanceof EventTime.Processing) {
            json.put("from", "processing");
        } else if (eventTime instanceof EventTime.ByColumn by) {
            json.put("from", "column").put("column", by.column());
            json.put("outOfOrdernessMs", by.outOfOrdernessMs()).put("idleAfterMs", by.idleAfterMs());
        } else if (eventTime instanceof EventTime.Ingestion ingestion) {
            json.put("from", "ingestion");
            json.put("outOfOrdernessMs", ingestion.outOfOrdernessMs()).put("idleAfterMs", ingestion.idleAfterMs());
        }
        return json;
    }

    private static EventTime readEventTime(JsonObject json) {
        String kind = json.text("from");
        return switch (kind) {
            case "none" -> new EventTime.None();
            case "processing" -> new EventTime.Processing();
            case "column" ->
                new EventTime.ByColumn(
                        json.integer("column"), json.number("outOfOrdernessMs"), json.number("idleAfterMs"));
            case "ingestion" -> new EventTime.Ingestion(json.number("outOfOrdernessMs"), json.number("idleAfterMs"));
            default -> throw new WireFormatException(json.path() + ": unknown kind of event time '" + kind + "'");
        };
    }
}
