package io.weirflow.protocol.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.pipeline.Window;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import java.util.List;

/** The steps of a stage. Field {@code do} says which kind. */
final class StepJson {

    private StepJson() {}

    static JsonNode write(Step step) {
        ObjectNode json = Json.object().put("id", step.id()).put("entry", step.entry());
        json.set("inputs", Json.array(step.inputs(), StepJson::upstream));
        json.set("inputType", TypeJson.write(step.inputType()));
        json.set("rowType", TypeJson.write(step.rowType()));
        if (step.stateId() != step.id()) {
            json.put("state", step.stateId());
        }
        return json.set("spec", spec(step.spec()));
    }

    private static JsonNode upstream(Step.Upstream upstream) {
        ObjectNode json = Json.object();
        if (upstream instanceof Step.Upstream.FromPort from) {
            json.put("port", from.port());
        } else if (upstream instanceof Step.Upstream.FromStep from) {
            json.put("step", from.step());
        }
        return json.put("tag", upstream.tag().name());
    }

    private static JsonNode spec(StepSpec spec) {
        ObjectNode json = Json.object();
        if (spec instanceof StepSpec.Filter filter) {
            json.put("do", "filter").set("condition", ExprJson.write(filter.condition()));
        } else if (spec instanceof StepSpec.Project project) {
            json.put("do", "project").set("projection", ExprJson.write(project.projection()));
        } else if (spec instanceof StepSpec.WindowAggregate aggregate) {
            write(json.put("do", "window-aggregate"), aggregate);
        } else if (spec instanceof StepSpec.Alert alert) {
            write(json.put("do", "alert"), alert);
        } else if (spec instanceof StepSpec.UserOperator operator) {
            json.put("do", "operator").put("class", operator.className());
            json.set("config", OptionsJson.write(operator.config()));
            integers(json, operator.keyColumns());
            if (!operator.jar().isEmpty()) {
                json.put("jar", operator.jar());
            }
        } else if (spec instanceof StepSpec.Call call) {
            write(json.put("do", "call"), call);
        } else if (spec instanceof StepSpec.Send send) {
            json.put("do", "send").put("stage", send.stage()).put("port", send.port());
            if (send.partitioning() instanceof StepSpec.Partitioning.ByKey by) {
                json.set("byKey", ExprJson.writeAll(by.keys()));
            }
        } else if (spec instanceof StepSpec.Sink sink) {
            json.put("do", "sink").put("name", sink.name()).put("connector", sink.connector());
            json.set("options", OptionsJson.write(sink.options()));
            json.put("format", sink.format()).set("formatOptions", OptionsJson.write(sink.formatOptions()));
            json.put("guarantee", sink.guarantee().name());
        }
        return json;
    }

    private static void write(ObjectNode json, StepSpec.WindowAggregate aggregate) {
        json.set("keys", ExprJson.writeAll(aggregate.keys()));
        json.set("window", window(aggregate.window()));
        json.set("aggregates", Json.array(aggregate.aggregates(), ExprJson::write));
        json.set("result", ExprJson.write(aggregate.result()));
        if (aggregate.having() != null) {
            json.set("having", ExprJson.write(aggregate.having()));
        }
        json.put("allowedLatenessMs", aggregate.allowedLatenessMs());
    }

    private static void write(ObjectNode json, StepSpec.Alert alert) {
        json.put("name", alert.name());
        integers(json, alert.keyColumns());
        json.set("when", ExprJson.write(alert.when()));
        json.put("forMs", alert.forMs()).put("resolveAfterMs", alert.resolveAfterMs());
        json.put("severity", alert.severity()).set("summary", ExprJson.write(alert.summary()));
        json.put("spanStartColumn", alert.spanStartColumn());
    }

    private static void write(ObjectNode json, StepSpec.Call call) {
        json.put("connector", call.connector());
        json.set("options", OptionsJson.write(call.options()));
        integers(json, call.keyColumns());
        json.set("result", TypeJson.write(call.result()));
        json.put("timeoutMs", call.timeoutMs()).put("retries", call.retries());
        json.put("maxInFlight", call.maxInFlight()).put("nullOnError", call.nullOnError());
        json.put("cacheTtlMs", call.cacheTtlMs()).put("cacheSize", call.cacheSize());
    }

    private static void integers(ObjectNode json, List<Integer> keyColumns) {
        keyColumns.forEach(json.putArray("keyColumns")::add);
    }

    private static JsonNode window(Window window) {
        ObjectNode json = Json.object();
        if (window instanceof Window.Tumbling tumbling) {
            json.put("window", "tumbling").put("sizeMs", tumbling.sizeMs());
            json.put("offsetMs", tumbling.offsetMs()).put("zone", tumbling.zone());
        } else if (window instanceof Window.Hopping hopping) {
            json.put("window", "hopping").put("sizeMs", hopping.sizeMs()).put("everyMs", hopping.everyMs());
            json.put("offsetMs", hopping.offsetMs()).put("zone", hopping.zone());
        } else if (window instanceof Window.Session session) {
            json.put("window", "session").put("gapMs", session.gapMs());
        } else if (window instanceof Window.Cumulating cumulating) {
            json.put("window", "cumulating").put("maxMs", cumulating.maxMs()).put("stepMs", cumulating.stepMs());
            json.put("offsetMs", cumulating.offsetMs()).put("zone", cumulating.zone());
        } else if (window instanceof Window.Count count) {
            json.put("window", "count").put("rows", count.rows());
        }
        return json;
    }

    static Step read(JsonObject json) {
        int id = json.integer("id");
        return new Step(
                id,
                json.text("entry"),
                json.objects("inputs", StepJson::readUpstream),
                TypeJson.rowType(json, "inputType"),
                TypeJson.rowType(json, "rowType"),
                json.object("spec", StepJson::readSpec),
                json.has("state") ? json.integer("state") : id);
    }

    private static Step.Upstream readUpstream(JsonObject json) {
        Step.Tag tag = json.constant("tag", Step.Tag.class);
        return json.has("port")
                ? new Step.Upstream.FromPort(json.integer("port"), tag)
                : new Step.Upstream.FromStep(json.integer("step"), tag);
    }

    private static StepSpec readSpec(JsonObject json) {
        String kind = json.text("do");
        return switch (kind) {
            case "filter" -> new StepSpec.Filter(json.object("condition", ExprJson::read));
            case "project" -> new StepSpec.Project(json.object("projection", ExprJson::projection));
            case "window-aggregate" ->
                new StepSpec.WindowAggregate(
                        json.objects("keys", ExprJson::read),
                        json.object("window", StepJson::readWindow),
                        json.objects("aggregates", ExprJson::aggregate),
                        json.object("result", ExprJson::projection),
                        json.optional("having", ExprJson::read),
                        json.number("allowedLatenessMs"));
            case "alert" -> readAlert(json);
            case "operator" ->
                new StepSpec.UserOperator(
                        json.text("class"),
                        OptionsJson.read(json, "config"),
                        json.integers("keyColumns"),
                        json.has("jar") ? json.text("jar") : "");
            case "call" -> readCall(json);
            case "send" -> new StepSpec.Send(json.integer("stage"), json.integer("port"), readPartitioning(json));
            case "sink" ->
                new StepSpec.Sink(
                        json.text("name"),
                        json.text("connector"),
                        OptionsJson.read(json, "options"),
                        json.text("format"),
                        OptionsJson.read(json, "formatOptions"),
                        json.constant("guarantee", Guarantee.class));
            default -> throw new WireFormatException(json.path() + ": unknown kind of step '" + kind + "'");
        };
    }

    private static StepSpec readAlert(JsonObject json) {
        return new StepSpec.Alert(
                json.text("name"),
                json.integers("keyColumns"),
                json.object("when", ExprJson::read),
                json.number("forMs"),
                json.number("resolveAfterMs"),
                json.text("severity"),
                json.object("summary", ExprJson::read),
                json.integer("spanStartColumn"));
    }

    private static StepSpec readCall(JsonObject json) {
        return new StepSpec.Call(
                json.text("connector"),
                OptionsJson.read(json, "options"),
                json.integers("keyColumns"),
                TypeJson.rowType(json, "result"),
                json.number("timeoutMs"),
                json.integer("retries"),
                json.integer("maxInFlight"),
                json.flag("nullOnError"),
                json.number("cacheTtlMs"),
                json.integer("cacheSize"));
    }

    private static StepSpec.Partitioning readPartitioning(JsonObject json) {
        if (!json.has("byKey")) {
            return new StepSpec.Partitioning.Forward();
        }
        List<Expr> keys = json.objects("byKey", ExprJson::read);
        return new StepSpec.Partitioning.ByKey(keys);
    }

    private static Window readWindow(JsonObject json) {
        String kind = json.text("window");
        return switch (kind) {
            case "tumbling" -> new Window.Tumbling(json.number("sizeMs"), json.number("offsetMs"), json.text("zone"));
            case "hopping" ->
                new Window.Hopping(
                        json.number("sizeMs"), json.number("everyMs"), json.number("offsetMs"), json.text("zone"));
            case "session" -> new Window.Session(json.number("gapMs"));
            case "cumulating" ->
                new Window.Cumulating(
                        json.number("maxMs"), json.number("stepMs"), json.number("offsetMs"), json.text("zone"));
            case "count" -> new Window.Count(json.number("rows"));
            default -> throw new WireFormatException(json.path() + ": unknown kind of window '" + kind + "'");
        };
    }
}
