package io.weirflow.worker.service;

import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.pipeline.Window;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.row.RowCodec;
import java.util.List;

/** The pipeline of {@link Rehearsal}: a filter, a window with state, a shuffle, and the frames that it gets. */
final class RehearsalPlan {

    static final String NAME = "rehearsal";
    static final int STAGE = 1;

    private static final long WINDOW_MS = 1_000;
    private static final long ROWS_A_WINDOW = 200;
    private static final int ROWS_A_FRAME = 8;
    private static final int KEYS = 500;

    private static final RowType ROWS = RowType.of(
            Column.required("k", Scalar.BIGINT), Column.required("v", Scalar.BIGINT), Column.of("t", Scalar.VARCHAR));
    private static final RowType SUMS =
            RowType.of(Column.required("k", Scalar.BIGINT), Column.required("n", Scalar.BIGINT));
    private static final ColumnRef KEY = new ColumnRef(0, Scalar.BIGINT, false);

    private final FrameBuilder frames = new FrameBuilder(new SenderId(0, Incarnation.FIRST, 0), false, 0, 0);
    private final MutableRow row = new MutableRow(ROWS.size());
    private final ByteWriter bytes = new ByteWriter(64);
    private final RowCodec codec = new RowCodec(ROWS);
    private long rows;

    /** Returns the pipeline; only slots of {@link #STAGE} can be opened. */
    static Pipeline pipeline() {
        StageInput source = new StageInput.Source(
                "rows", "none", Options.NONE, "none", Options.NONE, ROWS, new EventTime.Processing(), false, false);
        StageInput sums = new StageInput.Inbox(List.of(new StageInput.Port(STAGE, SUMS)));
        return new Pipeline(
                NAME,
                List.of(
                        new StagePlan(0, "rows", "rows", 1, source, List.of()),
                        new StagePlan(STAGE, "sums", "sums", 1, new StageInput.Inbox(List.of(port())), steps()),
                        new StagePlan(2, "out", "out", 2, sums, List.of())));
    }

    private static StageInput.Port port() {
        return new StageInput.Port(0, ROWS);
    }

    private static List<Step> steps() {
        Expr notNegative = new Expr.Call(
                Function.GE,
                List.of(new ColumnRef(1, Scalar.BIGINT, false), Expr.Literal.of(0)),
                Scalar.BOOLEAN,
                false);
        StepSpec counts = new StepSpec.WindowAggregate(
                List.of(KEY),
                new Window.Tumbling(WINDOW_MS, 0, "UTC"),
                List.of(new AggregateCall(AggregateFunction.COUNT, List.of(), false, null, Scalar.BIGINT, false)),
                new Projection(List.of("k", "n"), List.of(KEY, new ColumnRef(3, Scalar.BIGINT, false))),
                null,
                0);
        StepSpec send = new StepSpec.Send(2, 0, new StepSpec.Partitioning.ByKey(List.of(KEY)));
        return List.of(
                new Step(
                        0,
                        "filter",
                        List.of(new Upstream.FromPort(0, Tag.MAIN)),
                        ROWS,
                        ROWS,
                        new StepSpec.Filter(notNegative)),
                new Step(1, "counts", List.of(new Upstream.FromStep(0, Tag.MAIN)), ROWS, SUMS, counts),
                new Step(2, "send", List.of(new Upstream.FromStep(1, Tag.MAIN)), SUMS, SUMS, send));
    }

    /** Returns the next frame for the slot. */
    byte[] nextFrame() {
        for (int i = 0; i < ROWS_A_FRAME; i++) {
            row.setLong(0, rows % KEYS);
            row.setLong(1, rows);
            row.setObject(2, "row");
            bytes.reset();
            codec.write(row, bytes);
            frames.add(0, timeMs(), bytes.array(), 0, bytes.size());
            rows++;
        }
        return frames.build(timeMs() - 1, false);
    }

    private long timeMs() {
        return rows / ROWS_A_WINDOW * WINDOW_MS + rows % ROWS_A_WINDOW;
    }
}
