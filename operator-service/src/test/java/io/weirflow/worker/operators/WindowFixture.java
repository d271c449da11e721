package io.weirflow.worker.operators;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.pipeline.StepSpec.WindowAggregate;
import io.weirflow.api.pipeline.Window;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.testkit.operator.OperatorKit;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stage {@code group_by: [k], select: {n: COUNT(*), total: SUM(v), first: FIRST_VALUE(v), last: LAST_VALUE(v)}}. */
record WindowFixture(
        Window window, long allowedLatenessMs, @Nullable Expr having, long cacheBytes) {

    static final RowType INPUT = RowType.of(Column.of("k", Scalar.VARCHAR), Column.of("v", Scalar.BIGINT));
    static final ColumnRef K = new ColumnRef(0, Scalar.VARCHAR, true);
    static final ColumnRef V = new ColumnRef(1, Scalar.BIGINT, true);

    private static final ExpressionCompiler COMPILER = new ExpressionCompiler();

    static WindowFixture of(Window window) {
        return new WindowFixture(window, 0, null, 48L << 20);
    }

    static WindowFixture tumbling(long sizeMs) {
        return of(new Window.Tumbling(sizeMs, 0, "UTC"));
    }

    WindowFixture lateness(long newLatenessMs) {
        return new WindowFixture(window, newLatenessMs, having, cacheBytes);
    }

    WindowFixture having(Expr newHaving) {
        return new WindowFixture(window, allowedLatenessMs, newHaving, cacheBytes);
    }

    /** With hardly any heap, so that everything is evicted all the time. */
    WindowFixture withoutCache() {
        return new WindowFixture(window, allowedLatenessMs, having, 0);
    }

    /** With room for a few groups, so that some are on the heap and some are not. */
    WindowFixture withSmallCache() {
        return new WindowFixture(window, allowedLatenessMs, having, 900);
    }

    /** With a little more than that, so that it is known which groups were evicted. */
    WindowFixture withFilters() {
        return new WindowFixture(window, allowedLatenessMs, having, 1_600);
    }

    OperatorKit kit() {
        return kit(spec());
    }

    OperatorKit kit(WindowAggregate spec) {
        Step step = step(spec);
        return OperatorKit.of(() -> create(step), INPUT, step.rowType());
    }

    /** Returns a kit of the operator that is shown rows beforehand. */
    OperatorKit lookingAhead() {
        Step step = step(spec());
        return OperatorKit.of(() -> new LookingAhead<>((WindowAggregateOperator) create(step)), INPUT, step.rowType());
    }

    private Operator create(Step step) {
        return new OperatorFactory(COMPILER, WindowFixture.class.getClassLoader(), cacheBytes).create(step);
    }

    private static Step step(WindowAggregate spec) {
        return new Step(0, "rates", List.of(), INPUT, spec.result().rowType(), spec);
    }

    WindowAggregate spec() {
        return new WindowAggregate(
                List.of(K),
                window,
                List.of(
                        new AggregateCall(AggregateFunction.COUNT, List.of(), false, null, Scalar.BIGINT, false),
                        call(AggregateFunction.SUM),
                        call(AggregateFunction.FIRST_VALUE),
                        call(AggregateFunction.LAST_VALUE)),
                new Projection(
                        List.of("k", "window_start", "window_end", "n", "total", "first", "last"),
                        List.of(
                                K,
                                new ColumnRef(1, Scalar.TIMESTAMP, true),
                                new ColumnRef(2, Scalar.TIMESTAMP, true),
                                bigint(3),
                                bigint(4),
                                bigint(5),
                                bigint(6))),
                having,
                allowedLatenessMs);
    }

    static AggregateCall call(AggregateFunction function) {
        return new AggregateCall(function, List.of(V), false, null, Scalar.BIGINT, true);
    }

    static ColumnRef bigint(int column) {
        return new ColumnRef(column, Scalar.BIGINT, true);
    }

    static Expr call(Function function, Expr... arguments) {
        boolean isTruth = function.compareTo(Function.PLUS) < 0;
        return new Expr.Call(function, List.of(arguments), isTruth ? Scalar.BOOLEAN : Scalar.BIGINT, true);
    }

    static Step step(StepSpec spec, RowType inputType, RowType rowType) {
        return new Step(0, "entry", List.of(), inputType, rowType, spec);
    }
}
