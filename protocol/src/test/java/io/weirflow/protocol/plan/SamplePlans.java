package io.weirflow.protocol.plan;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
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
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan that has every kind of everything; it need not make sense. Part of the fixture {@code plan-v1.json}: append-only. */
public final class SamplePlans {

    private static final DataType DECIMAL = new DataType.Decimal(10, 2);
    private static final RowType NESTED = RowType.of(Column.of("a", Scalar.INTEGER), Column.required("b", Scalar.DATE));
    private static final RowType ROW = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.of("ok", Scalar.BOOLEAN),
            Column.of("price", DECIMAL),
            Column.of("tags", new DataType.Array(Scalar.VARCHAR)),
            Column.of("props", new DataType.MapOf(Scalar.DOUBLE)),
            Column.of("nested", new DataType.RowOf(NESTED)),
            Column.of("at", Scalar.TIMESTAMP),
            Column.of("raw", Scalar.VARBINARY),
            Column.of("time", Scalar.TIME));

    private SamplePlans() {}

    public static Pipeline everything() {
        return new Pipeline("sample", List.of(sourceStage(), operatorStage(), plainStage(), ingestedStage()));
    }

    /** The smallest plan with a source stage and an inbox stage. */
    public static Pipeline twoStages(String name, int slots) {
        return twoStages(name, slots, new EventTime.None());
    }

    public static Pipeline inProcessingTime() {
        return twoStages("clock", 2, new EventTime.Processing());
    }

    /** A call between the source and the sink. */
    public static Pipeline calls() {
        Pipeline without = twoStages("calls", 2, new EventTime.None());
        StepSpec.Call call = new StepSpec.Call(
                "http",
                new Options(Map.of("headers", Map.of("Authorization", new SecretRef("Bearer ${TOKEN}")))),
                List.of(0),
                RowType.of(Column.of("score", Scalar.DOUBLE)),
                2_000,
                3,
                100,
                true,
                60_000,
                10_000);
        List<Column> columns = new ArrayList<>(ROW.columns());
        columns.addAll(call.result().columns());
        RowType scored = RowType.of(columns);
        Step sink = without.stage(1).steps().get(0);
        List<Step> steps = List.of(
                new Step(0, "scored", sink.inputs(), ROW, scored, call),
                new Step(1, sink.entry(), List.of(new Upstream.FromStep(0, Tag.MAIN)), scored, scored, sink.spec()));
        StagePlan second = without.stage(1);
        return new Pipeline(
                without.name(),
                List.of(
                        without.stage(0),
                        new StagePlan(1, second.name(), second.uid(), second.slots(), second.input(), steps)));
    }

    private static Pipeline twoStages(String name, int slots, EventTime eventTime) {
        StageInput.Source source = new StageInput.Source(
                "events", "generator", Options.NONE, "json", Options.NONE, ROW, eventTime, true, false);
        Step send = step(0, new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of(id()))));
        Step sink =
                step(0, new StepSpec.Sink("out", "file", Options.NONE, "json", Options.NONE, Guarantee.EXACTLY_ONCE));
        StageInput inbox = new StageInput.Inbox(List.of(new StageInput.Port(0, ROW)));
        return new Pipeline(
                name,
                List.of(
                        new StagePlan(0, "events", "events", slots, source, List.of(send)),
                        new StagePlan(1, "out", "out", slots, inbox, List.of(sink))));
    }

    private static StagePlan sourceStage() {
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("zeta", 1L);
        inner.put("alpha", List.of(1.5, true, "x", new SecretRef("${file:/run/secrets/token}")));
        Map<String, Object> dollars = new LinkedHashMap<>();
        dollars.put("$secret", "not one");
        dollars.put("plain", -0.0);
        Options options = Options.NONE
                .with("path", "data/ünï\n\"quoted\".csv")
                .with("password", new SecretRef("Bearer ${TOKEN}"))
                .with("max", Long.MAX_VALUE)
                .with("rate", 0.1)
                .with("limit", Double.POSITIVE_INFINITY)
                .with("nested", inner)
                .with("dollars", dollars)
                .with("none", Map.of());
        StageInput.Source source = new StageInput.Source(
                "events",
                "file",
                options,
                "csv",
                Options.NONE.with("delimiter", ";"),
                ROW,
                new EventTime.ByColumn(6, 5_000, 60_000),
                true,
                false);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(
                0, "first", List.of(new Upstream.FromPort(0, Tag.MAIN)), ROW, ROW, new StepSpec.Filter(everyExpr())));
        steps.add(step(1, new StepSpec.Project(literals())));
        int id = 2;
        for (Window window : windows()) {
            steps.add(step(id++, aggregate(window, id % 2 == 0)));
        }
        steps.add(step(id++, new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of(id())))));
        steps.add(new Step(
                id,
                "errors",
                List.of(new Upstream.FromPort(0, Tag.ERRORS), new Upstream.FromStep(0, Tag.LATE)),
                ROW,
                ROW,
                new StepSpec.Send(2, 0, new StepSpec.Partitioning.Forward())));
        return new StagePlan(0, "events", "events-uid", 4, source, steps);
    }

    private static StagePlan operatorStage() {
        return new StagePlan(
                1,
                "operator",
                "operator",
                8,
                new StageInput.Inbox(List.of(new StageInput.Port(0, ROW), new StageInput.Port(0, NESTED))),
                List.of(
                        step(
                                0,
                                new StepSpec.UserOperator(
                                        "com.example.Mine", Options.NONE.with("depth", 3L), List.of(0, 1))),
                        step(
                                1,
                                new StepSpec.Alert(
                                        "hot",
                                        List.of(0),
                                        Expr.Literal.of(true),
                                        60_000,
                                        0,
                                        "critical",
                                        Expr.Literal.of("it is hot"),
                                        -1)),
                        step(
                                2,
                                new StepSpec.Sink(
                                        "out",
                                        "kafka",
                                        Options.NONE.with("topic", "alerts"),
                                        "json",
                                        Options.NONE,
                                        Guarantee.EXACTLY_ONCE))));
    }

    private static StagePlan plainStage() {
        Step sink = step(
                0, new StepSpec.Sink("log", "console", Options.NONE, "raw", Options.NONE, Guarantee.AT_LEAST_ONCE));
        StageInput inbox = new StageInput.Inbox(List.of(new StageInput.Port(0, RowType.EMPTY)));
        return new StagePlan(2, "plain", "plain", 1, inbox, List.of(sink));
    }

    private static StagePlan ingestedStage() {
        StageInput.Source source = new StageInput.Source(
                "ticks",
                "kafka",
                Options.NONE,
                "raw",
                Options.NONE,
                NESTED,
                new EventTime.Ingestion(0, 30_000),
                false,
                true);
        StageInput.Source timeless = new StageInput.Source(
                "ticks", "kafka", Options.NONE, "raw", Options.NONE, NESTED, new EventTime.None(), false, true);
        return new StagePlan(3, "ticks", "ticks", 1, source.bounded() ? timeless : source, List.of());
    }

    private static Step step(int id, StepSpec spec) {
        return new Step(
                id, "entry" + id, List.of(new Upstream.FromStep(Math.max(0, id - 1), Tag.MAIN)), ROW, ROW, spec);
    }

    private static Expr id() {
        return new Expr.ColumnRef(0, Scalar.BIGINT, false);
    }

    private static Expr everyExpr() {
        Expr cast = new Expr.Cast(id(), Scalar.DOUBLE, true, true);
        Expr field = new Expr.Field(new Expr.ColumnRef(5, new DataType.RowOf(NESTED), true), 0, Scalar.INTEGER, true);
        Expr isNull = new Expr.Call(Function.IS_NULL, List.of(field), Scalar.BOOLEAN, false);
        Expr greater =
                new Expr.Call(Function.GT, List.of(cast, new Expr.Literal(Scalar.DOUBLE, 0.1)), Scalar.BOOLEAN, true);
        return new Expr.Case(
                List.of(new Expr.Branch(isNull, greater)),
                new Expr.Literal(Scalar.BOOLEAN, null),
                Scalar.BOOLEAN,
                true);
    }

    private static Projection literals() {
        Map<String, Double> map = new LinkedHashMap<>();
        map.put("z", 1.0);
        map.put("a", null);
        List<Expr> all = List.of(
                Expr.Literal.of(false),
                new Expr.Literal(Scalar.INTEGER, Integer.MIN_VALUE),
                Expr.Literal.of(Long.MIN_VALUE),
                new Expr.Literal(Scalar.DOUBLE, Double.NaN),
                new Expr.Literal(Scalar.DOUBLE, Double.NEGATIVE_INFINITY),
                new Expr.Literal(Scalar.DOUBLE, Double.MIN_VALUE),
                new Expr.Literal(DECIMAL, new BigDecimal("12345678.90")),
                Expr.Literal.of("snow ☃ 𝄞"),
                new Expr.Literal(Scalar.DATE, 19_000),
                new Expr.Literal(Scalar.TIME, 86_399_999),
                new Expr.Literal(Scalar.TIMESTAMP, 1_700_000_000_000L),
                new Expr.Literal(new DataType.Array(Scalar.VARCHAR), Arrays.asList("x", null)),
                new Expr.Literal(new DataType.MapOf(Scalar.DOUBLE), map),
                new Expr.Literal(new DataType.RowOf(NESTED), MutableRow.of(NESTED, null, 7)));
        List<String> names = new ArrayList<>();
        all.forEach(literal -> names.add("c" + names.size()));
        return new Projection(names, all);
    }

    private static List<Window> windows() {
        return List.of(
                new Window.Tumbling(60_000, 0, "UTC"),
                new Window.Hopping(60_000, 10_000, 5, "Europe/Berlin"),
                new Window.Session(30_000),
                new Window.Cumulating(86_400_000, 3_600_000, 0, "UTC"),
                new Window.Count(100));
    }

    private static StepSpec aggregate(Window window, boolean optional) {
        Expr filter = new Expr.ColumnRef(1, Scalar.BOOLEAN, true);
        List<AggregateCall> calls = List.of(
                new AggregateCall(AggregateFunction.COUNT, List.of(), false, null, Scalar.BIGINT, false),
                new AggregateCall(
                        AggregateFunction.SUM, List.of(id()), true, optional ? filter : null, Scalar.BIGINT, true));
        return new StepSpec.WindowAggregate(
                List.of(id()),
                window,
                calls,
                new Projection(List.of("n"), List.of(id())),
                optional ? filter : null,
                optional ? 5_000 : 0);
    }
}
