package io.weirflow.language.plan;

import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import java.util.HashMap;
import java.util.Map;

/** Follows the columns of streams that hold their event time, as far as they are carried through unchanged. */
final class EventTimeColumns {

    private static final int NONE = -1;

    /** An output of a stage's port or step. */
    private record Output(int stage, Upstream upstream) {}

    private final Map<Output, Integer> columns = new HashMap<>();

    EventTimeColumns(Pipeline pipeline) {
        pipeline.stages().forEach(this::follow);
    }

    /** Returns the column of the step's input that holds the event time, or -1. */
    int ofInput(StagePlan stage, Step step) {
        return step.inputs().stream()
                .map(input -> columns.getOrDefault(new Output(stage.id(), input), NONE))
                .reduce((one, other) -> one.equals(other) ? one : NONE)
                .orElse(NONE);
    }

    private void follow(StagePlan stage) {
        if (stage.input() instanceof StageInput.Source source
                && source.eventTime() instanceof EventTime.ByColumn byColumn) {
            columns.put(new Output(stage.id(), new Upstream.FromPort(0, Tag.MAIN)), byColumn.column());
        }
        for (Step step : stage.steps()) {
            int column = ofInput(stage, step);
            Output main = new Output(stage.id(), new Upstream.FromStep(step.id(), Tag.MAIN));
            if (step.spec() instanceof StepSpec.Filter || step.spec() instanceof StepSpec.Call) {
                columns.put(main, column);
            } else if (step.spec() instanceof StepSpec.Project project) {
                columns.put(main, ExprColumns.indexOf(project.projection().expressions(), column));
            } else if (step.spec() instanceof StepSpec.WindowAggregate) {
                columns.put(new Output(stage.id(), new Upstream.FromStep(step.id(), Tag.LATE)), column);
            } else if (step.spec() instanceof StepSpec.Send send) {
                columns.put(new Output(send.stage(), new Upstream.FromPort(send.port(), Tag.MAIN)), column);
            }
        }
    }
}
