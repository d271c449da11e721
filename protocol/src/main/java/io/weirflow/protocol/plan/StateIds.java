package io.weirflow.protocol.plan;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives what is durable of a step the same name in a new version of a pipeline. A step that is put before a window shifts the ids of all behind it;
 * state and what sinks have published must not shift with them.
 */
final class StateIds {

    /** More steps than a stage has: names of new sinks are above all that were ever used in the stage. */
    private static final int STEPS = 1 << 16;

    /** Between the ids of steps and the names of new sinks. */
    private static final int WITHOUT_STATE = 1 << 15;

    private StateIds() {}

    /** Returns the new plan with the names of the former. Stages are the same when their uid is. */
    static Pipeline adopt(Pipeline before, Pipeline after) {
        List<StagePlan> stages = after.stages().stream()
                .map(stage -> before.stages().stream()
                        .filter(former -> former.uid().equals(stage.uid()))
                        .findFirst()
                        .map(former -> adopt(former, stage))
                        .orElse(stage))
                .toList();
        return after.withStages(stages);
    }

    private static StagePlan adopt(StagePlan former, StagePlan now) {
        Iterator<Step> states = stateful(former).iterator();
        List<Step> steps = new ArrayList<>();
        for (Step step : now.steps()) {
            if (hasState(step)) {
                // Whether the one state can stand for the other is PlanDiff's to say.
                steps.add(states.hasNext() ? step.withStateId(states.next().stateId()) : step);
            } else if (step.spec() instanceof StepSpec.Sink sink) {
                int fresh = (former.version() + 1) * STEPS + step.id();
                steps.add(step.withStateId(
                        sameSink(former, sink).map(Step::stateId).orElse(fresh)));
            } else {
                steps.add(step);
            }
        }
        return now.withSteps(apart(steps));
    }

    /** Steps that have nothing durable must not stand under the name of one that has: each step looks for timers of its own. */
    private static List<Step> apart(List<Step> steps) {
        Set<Integer> taken =
                steps.stream().filter(StateIds::isDurable).map(Step::stateId).collect(Collectors.toSet());
        return steps.stream()
                .map(step -> isDurable(step) || !taken.contains(step.id())
                        ? step
                        : step.withStateId(WITHOUT_STATE + step.id()))
                .toList();
    }

    /** Returns the sink that goes on in the same place; one that writes elsewhere begins to count anew. */
    private static Optional<Step> sameSink(StagePlan former, StepSpec.Sink now) {
        return former.steps().stream()
                .filter(step -> step.spec() instanceof StepSpec.Sink was && samePlace(was, now))
                .findFirst();
    }

    static boolean samePlace(StepSpec.Sink one, StepSpec.Sink other) {
        return one.name().equals(other.name())
                && one.connector().equals(other.connector())
                && one.options().equals(other.options())
                && one.guarantee() == other.guarantee();
    }

    static List<Step> stateful(StagePlan stage) {
        return stage.steps().stream().filter(StateIds::hasState).toList();
    }

    private static boolean isDurable(Step step) {
        return hasState(step) || step.spec() instanceof StepSpec.Sink;
    }

    private static boolean hasState(Step step) {
        return step.spec() instanceof StepSpec.WindowAggregate
                || step.spec() instanceof StepSpec.Alert
                || step.spec() instanceof StepSpec.UserOperator
                || step.spec() instanceof StepSpec.Call;
    }
}
