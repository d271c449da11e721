package io.weirflow.protocol.plan;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.plan.StageChange.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Tells what a new version of a pipeline means for each of its stages: a pure function of both plans. Stages are the same when their uid is,
 * since topics and state are named after it; ids may change.
 */
public final class PlanDiff {

    private final Pipeline before;
    private final Pipeline after;

    private PlanDiff(Pipeline before, Pipeline after) {
        this.before = before;
        this.after = after;
    }

    /** Returns a change for each stage of the new plan, in its order, then one for each stage that is gone. */
    public static List<StageChange> between(Pipeline before, Pipeline compiled) {
        return betweenNamed(before, StateIds.adopt(before, compiled));
    }

    /** {@link #between} of a new plan that has the names of the former already. */
    static List<StageChange> betweenNamed(Pipeline before, Pipeline after) {
        PlanDiff diff = new PlanDiff(before, after);
        List<StageChange> changes = new ArrayList<>();
        for (StagePlan stage : after.stages()) {
            changes.add(byUid(before, stage.uid())
                    .map(former -> diff.change(former, stage))
                    .orElseGet(() -> change(stage, Kind.ADDED, "")));
        }
        for (StagePlan stage : before.stages()) {
            if (byUid(after, stage.uid()).isEmpty()) {
                changes.add(change(
                        stage, Kind.REMOVED, StateIds.stateful(stage).isEmpty() ? "" : "its state goes with it"));
            }
        }
        return changes;
    }

    private static Optional<StagePlan> byUid(Pipeline plan, String uid) {
        return plan.stages().stream().filter(stage -> stage.uid().equals(uid)).findFirst();
    }

    private static StageChange change(StagePlan stage, Kind kind, String reason) {
        return new StageChange(stage.name(), stage.uid(), kind, reason);
    }

    private StageChange change(StagePlan former, StagePlan now) {
        if (former.slots() != now.slots()) {
            return change(
                    now,
                    Kind.REFUSED,
                    "it has " + former.slots() + " slots and would have " + now.slots()
                            + ": keys belong to slots by their hash; keep the number, and scale the stage over workers, or"
                            + " give it another uid");
        }
        if (inputKind(former) != inputKind(now)) {
            return change(
                    now,
                    Kind.REFUSED,
                    "it read " + (inputKind(former) ? "a source" : "an inbox")
                            + " and would read the other; give it another uid");
        }
        Optional<String> rebuild = rebuild(former, now);
        if (rebuild.isPresent()) {
            return change(now, Kind.REBUILT, rebuild.get());
        }
        if (moved(former, now)) {
            return change(now, Kind.MIGRATED, "its steps have other numbers; their state keeps its name");
        }
        return sameSteps(former, now) && sameInput(former, now)
                ? change(now, Kind.KEPT, "")
                : change(now, Kind.RESTARTED, restart(former, now));
    }

    private static boolean inputKind(StagePlan stage) {
        return stage.input() instanceof StageInput.Source;
    }

    /** Returns why the former state or position is of no use, if it is not. */
    private Optional<String> rebuild(StagePlan former, StagePlan now) {
        if (former.input() instanceof StageInput.Source was
                && now.input() instanceof StageInput.Source is
                && !(was.connector().equals(is.connector())
                        && was.options().equals(is.options())
                        && was.eventTime().equals(is.eventTime()))) {
            return Optional.of(
                    "it reads another source, or takes event time from elsewhere: its position means nothing there");
        }
        List<Step> had = StateIds.stateful(former);
        List<Step> has = StateIds.stateful(now);
        if (had.size() != has.size()) {
            return Optional.of("it has " + has.size() + " steps with state and had " + had.size());
        }
        for (int i = 0; i < had.size(); i++) {
            if (!sameState(had.get(i), has.get(i))) {
                return Optional.of("the state of '" + has.get(i).entry() + "' means something else");
            }
        }
        if (!had.isEmpty() && !rowsOfPorts(former).equals(rowsOfPorts(now))) {
            return Optional.of("its inbox would hold rows with other columns");
        }
        return Optional.empty();
    }

    private static boolean sameState(Step was, Step is) {
        if (was.spec() instanceof StepSpec.UserOperator had && is.spec() instanceof StepSpec.UserOperator has) {
            // What a configuration means to the state, only the operator knows; it is asked to cope.
            return had.className().equals(has.className())
                    && had.keyColumns().equals(has.keyColumns())
                    && was.inputType().equals(is.inputType());
        }
        if (was.spec() instanceof StepSpec.Alert had && is.spec() instanceof StepSpec.Alert has) {
            // The state is that of the keys: since when the condition holds or does not.
            // Whether absence of rows resolves it decides what is kept of a key.
            return had.keyColumns().equals(has.keyColumns())
                    && had.name().equals(has.name())
                    && (had.resolveAfterMs() == 0) == (has.resolveAfterMs() == 0)
                    && was.inputType().equals(is.inputType());
        }
        if (was.spec() instanceof StepSpec.WindowAggregate had && is.spec() instanceof StepSpec.WindowAggregate has) {
            // Columns made of the aggregates, and the condition on them, are computed when a window closes.
            // How long a closed window is kept decides which are still there.
            return had.keys().equals(has.keys())
                    && had.window().equals(has.window())
                    && had.allowedLatenessMs() == has.allowedLatenessMs()
                    && had.aggregates().equals(has.aggregates())
                    && was.inputType().equals(is.inputType());
        }
        if (was.spec() instanceof StepSpec.Call had && is.spec() instanceof StepSpec.Call has) {
            // The state is the rows that wait; where they are asked about, and how long, may change.
            return had.keyColumns().equals(has.keyColumns()) && was.inputType().equals(is.inputType());
        }
        return was.spec().equals(is.spec());
    }

    /** Whether a step of which something is durable has another number now: state, or what a sink has published. */
    private static boolean moved(StagePlan former, StagePlan now) {
        List<Step> had = StateIds.stateful(former);
        List<Step> has = StateIds.stateful(now);
        for (int i = 0; i < had.size(); i++) {
            if (had.get(i).id() != has.get(i).id()) {
                return true;
            }
        }
        Map<String, Integer> sinks = sinks(now);
        return sinks(former).entrySet().stream()
                .anyMatch(sink ->
                        sinks.containsKey(sink.getKey()) && !sink.getValue().equals(sinks.get(sink.getKey())));
    }

    private static Map<String, Integer> sinks(StagePlan stage) {
        Map<String, Integer> sinks = new HashMap<>();
        stage.steps().forEach(step -> {
            if (step.spec() instanceof StepSpec.Sink sink) {
                sinks.put(sink.name(), step.id());
            }
        });
        return sinks;
    }

    private static List<Object> rowsOfPorts(StagePlan stage) {
        return stage.input() instanceof StageInput.Inbox inbox
                ? inbox.ports().stream().<Object>map(StageInput.Port::rowType).toList()
                : List.of();
    }

    private boolean sameSteps(StagePlan former, StagePlan now) {
        return steps(before, former).equals(steps(after, now));
    }

    /** The steps, with targets named by their uid: ids may change without any meaning. */
    private static List<Object> steps(Pipeline plan, StagePlan stage) {
        List<Object> steps = new ArrayList<>();
        for (Step step : stage.steps()) {
            if (step.spec() instanceof StepSpec.Send send) {
                StagePlan target = plan.stage(send.stage());
                steps.add(List.of(
                        step.inputs(), step.rowType(), target.uid(), target.slots(), send.port(), send.partitioning()));
            } else {
                steps.add(step);
            }
        }
        return steps;
    }

    private boolean sameInput(StagePlan former, StagePlan now) {
        return Objects.equals(input(before, former), input(after, now));
    }

    private static Object input(Pipeline plan, StagePlan stage) {
        if (!(stage.input() instanceof StageInput.Inbox inbox)) {
            return stage.input();
        }
        List<Object> ports = new ArrayList<>();
        for (StageInput.Port port : inbox.ports()) {
            Map<String, Object> one = new HashMap<>();
            one.put("from", plan.stage(port.fromStage()).uid());
            one.put("type", port.rowType());
            ports.add(one);
        }
        return ports;
    }

    private String restart(StagePlan former, StagePlan now) {
        return sameSteps(former, now) ? "its input has changed" : "its steps have changed";
    }
}
