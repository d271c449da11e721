package io.weirflow.language.plan;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the steps of a stage anew, over rows of which some columns are left. */
final class StageNarrowing {

    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, Integer> newIds = new HashMap<>();

    List<Step> steps() {
        return List.copyOf(steps);
    }

    /**
     * Adds a step; those before it come first.
     *
     * @param input what is left of its input
     * @param made what is left of a projection's output, or of a send's rows at the receiver
     */
    void add(Step step, Kept input, Kept made) {
        List<Upstream> inputs = step.inputs().stream().map(this::moved).toList();
        RowType inputType = input.of(step.inputType());
        if (step.spec() instanceof StepSpec.Send send) {
            if (!made.equals(input)) {
                int narrowed = add(step, inputs, inputType, made.of(step.inputType()), columns(step, input, made));
                inputs = List.of(new Upstream.FromStep(narrowed, Tag.MAIN));
                inputType = made.of(step.inputType());
            }
            newIds.put(step.id(), add(step, inputs, inputType, inputType, over(send, made)));
            return;
        }
        RowType output = step.rowType();
        StepSpec spec = step.spec();
        if (spec instanceof StepSpec.Filter filter) {
            spec = new StepSpec.Filter(ExprColumns.over(filter.condition(), input));
            output = inputType;
        } else if (spec instanceof StepSpec.Project project) {
            spec = new StepSpec.Project(over(project.projection(), input, made));
            output = made.of(step.rowType());
        } else if (spec instanceof StepSpec.WindowAggregate aggregate) {
            spec = over(aggregate, input);
        } else if (spec instanceof StepSpec.Sink) {
            output = inputType;
        }
        newIds.put(step.id(), add(step, inputs, inputType, output, spec));
    }

    private int add(Step step, List<Upstream> inputs, RowType input, RowType output, StepSpec spec) {
        int id = steps.size();
        steps.add(new Step(id, step.entry(), inputs, input, output, spec));
        return id;
    }

    private Upstream moved(Upstream upstream) {
        return upstream instanceof Upstream.FromStep from
                ? new Upstream.FromStep(newIds.getOrDefault(from.step(), from.step()), from.tag())
                : upstream;
    }

    private static StepSpec columns(Step step, Kept input, Kept made) {
        List<String> names = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        for (int index : made.columns()) {
            Column column = step.inputType().column(index);
            names.add(column.name());
            values.add(new Expr.ColumnRef(input.indexOf(index), column.type(), column.nullable()));
        }
        return new StepSpec.Project(new Projection(names, values));
    }

    private static StepSpec over(StepSpec.Send send, Kept sent) {
        return send.partitioning() instanceof StepSpec.Partitioning.ByKey byKey
                ? new StepSpec.Send(
                        send.stage(),
                        send.port(),
                        new StepSpec.Partitioning.ByKey(ExprColumns.over(byKey.keys(), sent)))
                : send;
    }

    private static Projection over(Projection projection, Kept input, Kept made) {
        return new Projection(
                made.columns().stream().map(projection.names()::get).toList(),
                made.columns().stream()
                        .map(i -> ExprColumns.over(projection.expressions().get(i), input))
                        .toList());
    }

    private static StepSpec over(StepSpec.WindowAggregate aggregate, Kept input) {
        return new StepSpec.WindowAggregate(
                ExprColumns.over(aggregate.keys(), input),
                aggregate.window(),
                aggregate.aggregates().stream()
                        .map(call -> ExprColumns.over(call, input))
                        .toList(),
                aggregate.result(),
                aggregate.having(),
                aggregate.allowedLatenessMs());
    }
}
