package io.weirflow.worker.slot;

import io.weirflow.api.connector.Guarantee;
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
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.worker.sim.Checkers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The pipeline of the simulation, its input, and what must come out. */
public final class SimPlan {

    public static final String NAME = "sim";
    public static final String OUT_TOPIC = "sim-out";
    public static final String PLAIN_TOPIC = "sim-plain";
    public static final String PLAIN = "plain";
    public static final int SLOTS = 2;
    static final long DISORDER_MS = 20;
    static final long WINDOW_MS = 40;

    static final RowType EVENTS = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("k", Scalar.BIGINT),
            Column.required("v", Scalar.BIGINT),
            Column.required("at", Scalar.TIMESTAMP));

    static final RowType OUT = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("k", Scalar.BIGINT),
            Column.required("v", Scalar.BIGINT),
            Column.required("at", Scalar.BIGINT),
            Column.required("watermark", Scalar.BIGINT),
            Column.required("random", Scalar.BIGINT));

    /** An event with what the service has said; NULL when it has failed. */
    public static final RowType CALLED = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("k", Scalar.BIGINT),
            Column.required("v", Scalar.BIGINT),
            Column.required("at", Scalar.TIMESTAMP),
            Column.of("answer", Scalar.BIGINT));

    /** The port of the last stage for {@link #CALLED} rows. */
    public static final int CALLED_PORT = 2;

    /** The step that asks. */
    public static final int CALL_STEP = 4;

    private static final StepSpec.Call CALL = new StepSpec.Call(
            SimConnector.NAME,
            Options.NONE,
            List.of(1),
            RowType.of(Column.of("answer", Scalar.BIGINT)),
            300,
            1,
            3,
            true,
            0,
            0);

    private static final ColumnRef K = new ColumnRef(1, Scalar.BIGINT, false);

    private static final StepSpec.WindowAggregate SUMS = new StepSpec.WindowAggregate(
            List.of(K),
            new Window.Tumbling(WINDOW_MS, 0, "UTC"),
            List.of(
                    new AggregateCall(AggregateFunction.COUNT, List.of(), false, null, Scalar.BIGINT, false),
                    new AggregateCall(
                            AggregateFunction.SUM,
                            List.of(new ColumnRef(2, Scalar.BIGINT, false)),
                            false,
                            null,
                            Scalar.BIGINT,
                            true)),
            new Projection(
                    List.of("k", "from", "n", "total"),
                    List.of(
                            new ColumnRef(0, Scalar.BIGINT, false),
                            new ColumnRef(1, Scalar.TIMESTAMP, true),
                            new ColumnRef(3, Scalar.BIGINT, false),
                            new ColumnRef(4, Scalar.BIGINT, true))),
            null,
            0);

    /** All events are; it stands there so that steps are fused. */
    private static final Expr NOT_NEGATIVE = new Expr.Call(
            Function.GE, List.of(new ColumnRef(2, Scalar.BIGINT, false), Expr.Literal.of(0)), Scalar.BOOLEAN, false);

    private static final Projection SAME = new Projection(
            List.of("id", "k", "v", "at"),
            List.of(
                    new ColumnRef(0, Scalar.BIGINT, false),
                    K,
                    new ColumnRef(2, Scalar.BIGINT, false),
                    new ColumnRef(3, Scalar.TIMESTAMP, false)));

    /** An event; {@code k} is its key. */
    record Event(long id, long k, long v, long at) {
        String text() {
            return id + "," + k + "," + v + "," + at;
        }
    }

    private final List<List<Event>> partitions = new ArrayList<>();
    private final long idleAfterMs;
    private final boolean processingTime;
    private final boolean calls;

    /** @param idleAfterMs after how long without a record a source is idle, 0 for never */
    public SimPlan(Random random, long idleAfterMs) {
        this(random, idleAfterMs, false, false);
    }

    /**
     * @param processingTime whether rows have the time at which they are processed
     * @param calls whether a service is asked about each event
     */
    public SimPlan(Random random, long idleAfterMs, boolean processingTime, boolean calls) {
        this.calls = calls;
        this.idleAfterMs = idleAfterMs;
        this.processingTime = processingTime;
        long id = 0;
        for (int partition = 0; partition < SLOTS; partition++) {
            List<Event> events = new ArrayList<>();
            long newest = 1_000;
            int count = random.nextInt(12) == 0 ? 0 : 5 + random.nextInt(40);
            for (int i = 0; i < count; i++) {
                newest += random.nextInt(15);
                long at = newest - random.nextInt((int) DISORDER_MS);
                events.add(new Event(id++, random.nextInt(5), random.nextInt(100), at));
            }
            partitions.add(events);
        }
    }

    List<Event> events(int partition) {
        return partitions.get(partition);
    }

    public int size() {
        return partitions.stream().mapToInt(List::size).sum();
    }

    /** Returns the sums per key and window, worked out without any of the engine. */
    public Map<String, Long> sums() {
        Map<String, Long> sums = new TreeMap<>();
        partitions.forEach(events -> events.forEach(
                event -> sums.merge(event.k() + "@" + event.at() / WINDOW_MS * WINDOW_MS, event.v(), Long::sum)));
        return sums;
    }

    /** Returns the sums per key: all that can be said beforehand of windows in processing time. */
    public Map<String, Long> sumsOfKeys() {
        Map<String, Long> sums = new TreeMap<>();
        partitions.forEach(
                events -> events.forEach(event -> sums.merge(Long.toString(event.k()), event.v(), Long::sum)));
        return sums;
    }

    public Pipeline pipeline() {
        return pipeline(0, false);
    }

    /** Returns a plan whose slots have so many standbys. */
    public static Pipeline withStandbys(Pipeline plan, int standbys) {
        return new Pipeline(
                plan.name(),
                plan.stages().stream()
                        .map(stage -> stage.withStandbys(standbys))
                        .toList());
    }

    /**
     * Returns one of several plans of the same name that do the same, so that one takes over from another.
     *
     * @param unrepeatable plants a bug: an operator that does not do the same again
     */
    public Pipeline pipeline(int version, boolean unrepeatable) {
        StageInput source = new StageInput.Source(
                "events",
                SimConnector.NAME,
                Options.NONE,
                "json",
                Options.NONE,
                EVENTS,
                processingTime
                        ? new EventTime.Processing()
                        : new EventTime.ByColumn(3, DISORDER_MS + version, idleAfterMs),
                true,
                true);
        StepSpec.Partitioning byKey = new StepSpec.Partitioning.ByKey(List.of(K));
        List<Step> read = List.of(
                step(0, new Upstream.FromPort(0, Tag.MAIN), EVENTS, EVENTS, new StepSpec.Filter(NOT_NEGATIVE)),
                step(1, new Upstream.FromStep(0, Tag.MAIN), EVENTS, EVENTS, new StepSpec.Project(SAME)),
                step(2, new Upstream.FromStep(1, Tag.MAIN), EVENTS, EVENTS, new StepSpec.Send(1, 0, byKey)));
        RowType sums = SUMS.result().rowType();
        List<Step> work = new ArrayList<>(List.of(
                step(
                        0,
                        new Upstream.FromPort(0, Tag.MAIN),
                        EVENTS,
                        OUT,
                        new StepSpec.UserOperator(
                                (unrepeatable ? UnrepeatableOperator.class : SimOperator.class).getName(),
                                Options.NONE,
                                List.of(1))),
                step(1, new Upstream.FromPort(0, Tag.MAIN), EVENTS, sums, SUMS),
                step(2, new Upstream.FromStep(0, Tag.MAIN), OUT, OUT, new StepSpec.Send(2, 0, byKey)),
                step(3, new Upstream.FromStep(1, Tag.MAIN), sums, sums, new StepSpec.Send(2, 1, byFirst()))));
        List<Step> out = new ArrayList<>(List.of(
                sink(0, 0, OUT, "rows", SimConnector.NAME, Guarantee.EXACTLY_ONCE),
                sink(1, 1, sums, "sums", SimConnector.NAME, Guarantee.EXACTLY_ONCE),
                sink(2, 1, sums, "outside", SimConnector.OUTSIDE, Guarantee.EXACTLY_ONCE),
                sink(3, 0, OUT, PLAIN, SimConnector.NAME, Guarantee.AT_LEAST_ONCE),
                sink(4, 1, sums, Checkers.EFFECTS, SimEffects.NAME, Guarantee.AT_MOST_ONCE)));
        List<StageInput.Port> ports =
                new ArrayList<>(List.of(new StageInput.Port(1, OUT), new StageInput.Port(1, sums)));
        if (calls) {
            addCalls(work, ports, out);
        }
        return new Pipeline(
                NAME,
                List.of(
                        new StagePlan(0, "events", "events", SLOTS, source, read),
                        new StagePlan(
                                1,
                                "work",
                                "work",
                                SLOTS,
                                new StageInput.Inbox(List.of(new StageInput.Port(0, EVENTS))),
                                work),
                        new StagePlan(2, "out", "out", SLOTS, new StageInput.Inbox(ports), out)));
    }

    /** Windows behind the calls must have what windows ahead of them have. */
    private static void addCalls(List<Step> work, List<StageInput.Port> ports, List<Step> out) {
        RowType sums = SUMS.result().rowType();
        StepSpec.Partitioning byKey = new StepSpec.Partitioning.ByKey(List.of(K));
        work.add(step(CALL_STEP, new Upstream.FromPort(0, Tag.MAIN), EVENTS, CALLED, CALL));
        work.add(step(5, new Upstream.FromStep(CALL_STEP, Tag.MAIN), CALLED, sums, SUMS));
        work.add(step(
                6,
                new Upstream.FromStep(CALL_STEP, Tag.MAIN),
                CALLED,
                CALLED,
                new StepSpec.Send(2, CALLED_PORT, byKey)));
        work.add(step(7, new Upstream.FromStep(5, Tag.MAIN), sums, sums, new StepSpec.Send(2, 3, byFirst())));
        ports.add(new StageInput.Port(1, CALLED));
        ports.add(new StageInput.Port(1, sums));
        out.add(sink(5, CALLED_PORT, CALLED, "called", SimConnector.NAME, Guarantee.EXACTLY_ONCE));
        out.add(sink(6, 3, sums, "calledsums", SimConnector.NAME, Guarantee.EXACTLY_ONCE));
    }

    private static StepSpec.Partitioning byFirst() {
        return new StepSpec.Partitioning.ByKey(List.<Expr>of(new ColumnRef(0, Scalar.BIGINT, false)));
    }

    private static Step step(int id, Upstream input, RowType inputType, RowType rowType, StepSpec spec) {
        return new Step(id, "entry" + id, List.of(input), inputType, rowType, spec);
    }

    private static Step sink(int id, int port, RowType type, String name, String connector, Guarantee guarantee) {
        return step(
                id,
                new Upstream.FromPort(port, Tag.MAIN),
                type,
                type,
                new StepSpec.Sink(name, connector, Options.NONE, "json", Options.NONE, guarantee));
    }
}
