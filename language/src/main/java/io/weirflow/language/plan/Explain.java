package io.weirflow.language.plan;

import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.pipeline.Window;
import io.weirflow.api.type.Column;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Describes a plan for people: its services, their slots and steps. Shows no values of options, which may be private. */
public final class Explain {

    private Explain() {}

    /** Returns a text of several lines. The same plan gives the same text. */
    public static String render(Pipeline pipeline) {
        StringBuilder out = new StringBuilder();
        out.append("pipeline ").append(pipeline.name()).append('\n');
        for (StagePlan stage : pipeline.stages()) {
            out.append("service ").append(stage.name());
            if (!stage.uid().equals(stage.name())) {
                out.append(" (uid ").append(stage.uid()).append(')');
            }
            out.append(": ").append(stage.slots()).append(stage.slots() == 1 ? " slot, " : " slots, ");
            out.append(input(pipeline, stage.input()));
            if (stage.standbys() > 0) {
                out.append(", ").append(stage.standbys()).append(stage.standbys() == 1 ? " standby" : " standbys");
            }
            out.append('\n');
            for (Step step : stage.steps()) {
                out.append("  ")
                        .append(step.id())
                        .append(' ')
                        .append(step.entry())
                        .append(": ");
                out.append(spec(pipeline, step))
                        .append(" <- ")
                        .append(inputs(step.inputs()))
                        .append('\n');
            }
        }
        return out.toString();
    }

    private static String input(Pipeline pipeline, StageInput input) {
        if (input instanceof StageInput.Source source) {
            String bounded = source.bounded() ? "bounded " : "";
            String time = source.eventTime() instanceof EventTime.Processing ? ", in processing time" : "";
            return "reads " + columns(source) + bounded + source.connector() + " as " + source.format() + time;
        }
        return "inbox from "
                + ((StageInput.Inbox) input)
                        .ports().stream()
                                .map(port -> pipeline.stage(port.fromStage()).name())
                                .collect(Collectors.joining(", "));
    }

    private static String columns(StageInput.Source source) {
        if (source.readsAllColumns()) {
            return "";
        }
        String names = source.readColumns().stream()
                .map(index -> source.rowType().column(index).name())
                .collect(Collectors.joining(", "));
        return "(" + names + ") of ";
    }

    private static String inputs(List<Upstream> inputs) {
        return inputs.stream().map(Explain::upstream).collect(Collectors.joining(", "));
    }

    private static String upstream(Upstream upstream) {
        String tag =
                upstream.tag() == Tag.MAIN ? "" : "." + upstream.tag().name().toLowerCase(Locale.ROOT);
        if (upstream instanceof Upstream.FromPort port) {
            return "port " + port.port() + tag;
        }
        return ((Upstream.FromStep) upstream).step() + tag;
    }

    private static String spec(Pipeline pipeline, Step step) {
        ExprText text = new ExprText(step.inputType());
        StepSpec spec = step.spec();
        if (spec instanceof StepSpec.Filter filter) {
            return "filter " + text.of(filter.condition());
        }
        if (spec instanceof StepSpec.Project project) {
            return "project " + text.list(project.projection().expressions()) + " as (" + names(step) + ")";
        }
        if (spec instanceof StepSpec.WindowAggregate aggregate) {
            return aggregate(aggregate, text);
        }
        if (spec instanceof StepSpec.Alert alert) {
            return "alert by (" + columns(step, alert.keyColumns()) + ") when " + text.of(alert.when()) + " for "
                    + alert.forMs() + "ms, resolved after " + alert.resolveAfterMs() + "ms";
        }
        if (spec instanceof StepSpec.UserOperator operator) {
            return "operator " + operator.className() + " by (" + columns(step, operator.keyColumns()) + ")";
        }
        if (spec instanceof StepSpec.Call call) {
            return call(step, call);
        }
        if (spec instanceof StepSpec.Send send) {
            String target = "send to " + pipeline.stage(send.stage()).name() + " port " + send.port();
            return send.partitioning() instanceof StepSpec.Partitioning.ByKey byKey
                    ? target + " by (" + text.list(byKey.keys()) + ")"
                    : target + " slot by slot";
        }
        StepSpec.Sink sink = (StepSpec.Sink) spec;
        return "sink " + sink.connector() + " " + sink.guarantee().name().toLowerCase(Locale.ROOT);
    }

    private static String call(Step step, StepSpec.Call call) {
        String order = call.keyColumns().isEmpty() ? "" : " in order by (" + columns(step, call.keyColumns()) + ")";
        String cache = call.cacheTtlMs() == 0 ? "" : ", cached for " + call.cacheTtlMs() + "ms";
        return "call " + call.connector() + order + " for ("
                + call.result().columns().stream().map(Column::name).collect(Collectors.joining(", ")) + "), "
                + call.maxInFlight() + " at a time, " + call.retries() + " retries after " + call.timeoutMs() + "ms"
                + (call.nullOnError() ? ", NULL on errors" : "") + cache;
    }

    private static String aggregate(StepSpec.WindowAggregate aggregate, ExprText text) {
        String calls = aggregate.aggregates().stream().map(text::of).collect(Collectors.joining(", "));
        String lateness = aggregate.allowedLatenessMs() == 0 ? "" : ", late by " + aggregate.allowedLatenessMs() + "ms";
        String having = aggregate.having() == null
                ? ""
                : ", having " + new ExprText(aggregate.result().rowType()).of(aggregate.having());
        return "aggregate " + calls + " by (" + text.list(aggregate.keys()) + ") in " + window(aggregate.window())
                + lateness + having;
    }

    private static String window(Window window) {
        if (window instanceof Window.Tumbling tumbling) {
            return "tumbling " + tumbling.sizeMs() + "ms";
        }
        if (window instanceof Window.Hopping hopping) {
            return "hopping " + hopping.sizeMs() + "ms every " + hopping.everyMs() + "ms";
        }
        if (window instanceof Window.Session session) {
            return "session " + session.gapMs() + "ms";
        }
        if (window instanceof Window.Cumulating cumulating) {
            return "cumulating " + cumulating.maxMs() + "ms every " + cumulating.stepMs() + "ms";
        }
        return "count " + ((Window.Count) window).rows();
    }

    private static String names(Step step) {
        return step.rowType().columns().stream().map(Column::name).collect(Collectors.joining(", "));
    }

    private static String columns(Step step, List<Integer> indexes) {
        return indexes.stream()
                .map(index -> step.inputType().column(index).name())
                .collect(Collectors.joining(", "));
    }
}
