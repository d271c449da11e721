package io.weirflow.coordinator;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.stream.IntStream;

/** Small plans. */
public final class Plans {

    private static final RowType ROW = RowType.of(Column.required("id", Scalar.BIGINT));

    private Plans() {}

    /** A source stage (id 0) and a stage with an inbox and a sink (id 1), with this many slots each. */
    public static Pipeline twoStages(String name, int slots) {
        return twoStages(name, slots, "file");
    }

    /** The same with one sink for each of these connectors. */
    static Pipeline twoStages(String name, int slots, String... sinks) {
        StageInput.Source source = new StageInput.Source(
                "events", "generator", Options.NONE, "json", Options.NONE, ROW, new EventTime.None(), true, false);
        Expr key = new Expr.ColumnRef(0, Scalar.BIGINT, false);
        StepSpec send = new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of(key)));
        List<Step> writes = IntStream.range(0, sinks.length)
                .mapToObj(id -> step(id, sink(sinks[id])))
                .toList();
        StageInput inbox = new StageInput.Inbox(List.of(new StageInput.Port(0, ROW)));
        return new Pipeline(
                name,
                List.of(
                        new StagePlan(0, "events", "events", slots, source, List.of(step(0, send))),
                        new StagePlan(1, "out", "out", slots, inbox, writes)));
    }

    /** The same with so many standbys for each slot of the second stage. */
    static Pipeline withStandbys(Pipeline plan, int standbys) {
        return plan.withStage(plan.stage(1).withStandbys(standbys));
    }

    /** The same as {@link #twoStages(String, int)}, with a filter before the sink: another version of the stage 'out'. */
    static Pipeline filtered(String name, int slots) {
        Pipeline plain = twoStages(name, slots);
        Expr always = new Expr.Literal(Scalar.BOOLEAN, true);
        Step write =
                new Step(1, "entry", List.of(new Step.Upstream.FromStep(0, Step.Tag.MAIN)), ROW, ROW, sink("file"));
        return plain.withStage(plain.stage(1).withSteps(List.of(step(0, new StepSpec.Filter(always)), write)));
    }

    private static StepSpec sink(String connector) {
        return new StepSpec.Sink("out", connector, Options.NONE, "json", Options.NONE, Guarantee.EXACTLY_ONCE);
    }

    private static Step step(int id, StepSpec spec) {
        return new Step(id, "entry", List.of(new Step.Upstream.FromPort(0, Step.Tag.MAIN)), ROW, ROW, spec);
    }
}
