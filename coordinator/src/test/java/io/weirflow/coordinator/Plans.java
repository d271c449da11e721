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

/** Small plans. */
public final class Plans {

    private static final RowType ROW = RowType.of(Column.required("id", Scalar.BIGINT));

    private Plans() {}

    /** A source stage (id 0) and a stage with an inbox and a sink (id 1), with this many slots each. */
    public static Pipeline twoStages(String name, int slots) {
        StageInput.Source source = new StageInput.Source(
                "events", "generator", Options.NONE, "json", Options.NONE, ROW, new EventTime.None(), true, false);
        Expr key = new Expr.ColumnRef(0, Scalar.BIGINT, false);
        StepSpec send = new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of(key)));
        StepSpec sink = new StepSpec.Sink("out", "file", Options.NONE, "json", Options.NONE, Guarantee.EXACTLY_ONCE);
        StageInput inbox = new StageInput.Inbox(List.of(new StageInput.Port(0, ROW)));
        return new Pipeline(
                name,
                List.of(
                        new StagePlan(0, "events", "events", slots, source, List.of(step(send))),
                        new StagePlan(1, "out", "out", slots, inbox, List.of(step(sink)))));
    }

    private static Step step(StepSpec spec) {
        return new Step(0, "entry", List.of(new Step.Upstream.FromPort(0, Step.Tag.MAIN)), ROW, ROW, spec);
    }
}
