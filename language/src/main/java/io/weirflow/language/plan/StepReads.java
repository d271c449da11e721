package io.weirflow.language.plan;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.pipeline.Window;
import java.util.BitSet;
import java.util.Set;

/**
 * Which columns of its input a step reads itself. What is read of rows that it passes on, such as a filter's, counts for those who read them.
 *
 * <p>Errors show the row. So a step that can fail reads all of it where the pipeline names its errors, and in a stage that reads a source, where
 * columns that are not decoded would look as if they were NULL. Errors and late rows that are merely kept for people make no column read: they
 * show what the pipeline reads, late rows their event time, too.
 */
final class StepReads {

    private final StagePlan stage;
    private final boolean isSource;
    private final Set<Integer> keptSinks;

    /** @param keptSinks ids of the sinks of this stage that nobody asked for */
    StepReads(StagePlan stage, boolean isSource, Set<Integer> keptSinks) {
        this.stage = stage;
        this.isSource = isSource;
        this.keptSinks = keptSinks;
    }

    /**
     * Returns the columns.
     *
     * @param made for a projection, the columns that are left of its rows; for a send, those that are left at the receiver
     * @param eventTimeColumn the column of the input that holds the event time, or -1
     */
    BitSet of(Step step, Kept made, int eventTimeColumn) {
        BitSet reads = new BitSet();
        StepSpec spec = step.spec();
        if (spec instanceof StepSpec.Filter filter) {
            ExprColumns.collect(filter.condition(), reads);
        } else if (spec instanceof StepSpec.Project project) {
            made.columns()
                    .forEach(i -> ExprColumns.collect(
                            project.projection().expressions().get(i), reads));
        } else if (spec instanceof StepSpec.WindowAggregate aggregate) {
            ExprColumns.collect(aggregate.keys(), reads);
            aggregate.aggregates().forEach(call -> ExprColumns.collect(call, reads));
            if (eventTimeColumn >= 0 && !(aggregate.window() instanceof Window.Count)) {
                reads.set(eventTimeColumn);
            }
        } else if (spec instanceof StepSpec.Send) {
            made.columns().forEach(reads::set);
        } else if (!(spec instanceof StepSpec.Sink) || !keptSinks.contains(step.id())) {
            reads.set(0, step.inputType().size());
        }
        if (Failures.canFail(spec) && (isSource || isNamed(new Upstream.FromStep(step.id(), Tag.ERRORS)))) {
            reads.set(0, step.inputType().size());
        }
        return reads;
    }

    private boolean isNamed(Upstream errors) {
        return stage.steps().stream()
                .anyMatch(reader -> reader.inputs().contains(errors) && !keptSinks.contains(reader.id()));
    }
}
