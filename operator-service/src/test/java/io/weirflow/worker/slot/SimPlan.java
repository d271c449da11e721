package io.weirflow.worker.slot;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.OnPoison;
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
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.worker.sim.Checkers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Events with the version of the stage that has read them. */
    static final RowType SENT = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("k", Scalar.BIGINT),
            Column.required("v", Scalar.BIGINT),
            Column.required("at", Scalar.TIMESTAMP),
            Column.required("read_by", Scalar.BIGINT));

    static final RowType OUT = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("k", Scalar.BIGINT),
            Column.required("v", Scalar.BIGINT),
            Column.required("at", Scalar.BIGINT),
            Column.required("watermark", Scalar.BIGINT),
            Column.required("random", Scalar.BIGINT),
            Column.required("read_by", Scalar.BIGINT),
            Column.required("made_by", Scalar.BIGINT));

    /** Of a row that does not say which version has made it. */
    public static final long NO_MARK = -1;

    static final String MADE_BY = "made_by";
    static final String POISON = "poison";
    private static final int READ_BY = 4;
    private static final long POISON_EVERY = 19;

    /** An event with what the service has said; NULL when it has failed. */
    public static final RowType CALLED = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("k", Scalar.BIGINT),
            Column.required("v", Scalar.BIGINT),
            Column.required("at", Scalar.TIMESTAMP),
            Column.required("read_by", Scalar.BIGINT),
            Column.of("answer", Scalar.BIGINT));

    /** The port of the last stage for {@link #CALLED} rows. */
    public static final int CALLED_PORT = 2;

    /** The step that asks, by the id that it had when the run began. */
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

    private static StepSpec.WindowAggregate sums(int version) {
        return new StepSpec.WindowAggregate(
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
                        List.of("k", "from", "n", "total", MADE_BY),
                        List.of(
                                new ColumnRef(0, Scalar.BIGINT, false),
                                new ColumnRef(1, Scalar.TIMESTAMP, true),
                                new ColumnRef(3, Scalar.BIGINT, false),
                                new ColumnRef(4, Scalar.BIGINT, true),
                                Expr.Literal.of(version))),
                null,
                0);
    }

    private static final RowCodec SENT_CODEC = new RowCodec(SENT);
    private static final RowCodec OUT_CODEC = new RowCodec(OUT);
    private static final RowCodec SUM_CODEC = new RowCodec(sums(0).result().rowType());

    /** All events are; it stands there so that steps are fused. */
    private static final Expr NOT_NEGATIVE = new Expr.Call(
            Function.GE, List.of(new ColumnRef(2, Scalar.BIGINT, false), Expr.Literal.of(0)), Scalar.BOOLEAN, false);

    private static Projection marked(int version) {
        return new Projection(
                List.of("id", "k", "v", "at", "read_by"),
                List.of(
                        new ColumnRef(0, Scalar.BIGINT, false),
                        K,
                        new ColumnRef(2, Scalar.BIGINT, false),
                        new ColumnRef(3, Scalar.TIMESTAMP, false),
                        Expr.Literal.of(version)));
    }

    /**
     * A version of the pipeline. Those of the same {@code data} can be upgraded to each other, stage by stage, and do the same but for marks in the
     * rows that say which version of the stage has made them. Odd versions have a step more, which shifts the ids of all behind it.
     *
     * @param data what no other version can take over
     * @param events version of the stage that reads the source
     * @param work version of the stage with state
     * @param out version of the stage with sinks
     */
    public record Version(int data, int events, int work, int out) {
        public static final Version FIRST = new Version(0, 0, 0, 0);
    }

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
    private final boolean poison;
    private final boolean fixes;

    /** @param idleAfterMs after how long without a record a source is idle, 0 for never */
    public SimPlan(Random random, long idleAfterMs) {
        this(random, idleAfterMs, false, false, false, false);
    }

    /**
     * @param processingTime whether rows have the time at which they are processed
     * @param calls whether a service is asked about each event
     * @param poison whether some rows make the stage with state fail, and are parked
     * @param fixes whether they are not parked, but processed by another version, see {@link #fixed}
     */
    public SimPlan(
            Random random, long idleAfterMs, boolean processingTime, boolean calls, boolean poison, boolean fixes) {
        this.calls = calls;
        this.poison = poison;
        this.fixes = fixes;
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

    /** Returns the ids of the rows that come out: all but those that are parked. */
    public Set<Long> ids() {
        return rows().map(Event::id).collect(Collectors.toSet());
    }

    private Stream<Event> rows() {
        return partitions.stream()
                .flatMap(List::stream)
                .filter(event -> !poison || fixes || event.id() % POISON_EVERY != POISON_EVERY - 1);
    }

    /** Returns the sums per key and window, worked out without any of the engine. */
    public Map<String, Long> sums() {
        Map<String, Long> sums = new TreeMap<>();
        rows().forEach(event -> sums.merge(event.k() + "@" + event.at() / WINDOW_MS * WINDOW_MS, event.v(), Long::sum));
        return sums;
    }

    /** Returns the sums per key: all that can be said beforehand of windows in processing time. */
    public Map<String, Long> sumsOfKeys() {
        Map<String, Long> sums = new TreeMap<>();
        rows().forEach(event -> sums.merge(Long.toString(event.k()), event.v(), Long::sum));
        return sums;
    }

    public Pipeline pipeline() {
        return pipeline(Version.FIRST, SimOperator.class);
    }

    /** Returns a plan whose slots have so many standbys. */
    public static Pipeline withStandbys(Pipeline plan, int standbys) {
        return plan.withStages(plan.stages().stream()
                .map(stage -> stage.withStandbys(standbys))
                .toList());
    }

    /** @param operator a {@link SimOperator}, or one with a bug in its place */
    public Pipeline pipeline(Version version, Class<? extends Operator> operator) {
        RowType sums = sums(0).result().rowType();
        List<StageInput.Port> ports =
                new ArrayList<>(List.of(new StageInput.Port(1, OUT), new StageInput.Port(1, sums)));
        if (calls) {
            ports.add(new StageInput.Port(1, CALLED));
            ports.add(new StageInput.Port(1, sums));
        }
        StageInput toWork = new StageInput.Inbox(List.of(new StageInput.Port(0, SENT)));
        return new Pipeline(
                NAME,
                List.of(
                        new StagePlan(0, "events", "events", SLOTS, source(version.data()), read(version.events())),
                        new StagePlan(1, "work", "work", SLOTS, toWork, work(version.work(), operator)),
                        new StagePlan(2, "out", "out", SLOTS, new StageInput.Inbox(ports), out(version.out(), sums))),
                poison && !fixes ? OnPoison.PARK : OnPoison.FAIL);
    }

    /** Returns the version that a plan is of, as far as it makes a difference. */
    public static Version versionOf(Pipeline plan) {
        EventTime time = ((StageInput.Source) plan.stage(0).input()).eventTime();
        int data = time instanceof EventTime.ByColumn column ? (int) (column.outOfOrdernessMs() - DISORDER_MS) : 0;
        boolean longer = plan.stage(2).steps().get(0).spec() instanceof StepSpec.Filter;
        return new Version(data, (int) markOf(plan.stage(0)), (int) markOf(plan.stage(1)), longer ? 1 : 0);
    }

    /** Returns a version of the stage with state that can process what others cannot, where there is one. */
    public static int fixed(int choice) {
        return 2 + choice % 2;
    }

    private static boolean isFixed(int version) {
        return version >= 2;
    }

    private StageInput source(int data) {
        return new StageInput.Source(
                "events",
                SimConnector.NAME,
                Options.NONE,
                "json",
                Options.NONE,
                EVENTS,
                processingTime
                        ? new EventTime.Processing()
                        : new EventTime.ByColumn(3, DISORDER_MS + data, idleAfterMs),
                true,
                true);
    }

    private static List<Step> read(int version) {
        Steps steps = new Steps();
        Upstream rows =
                steps.add(new Upstream.FromPort(0, Tag.MAIN), EVENTS, EVENTS, new StepSpec.Filter(NOT_NEGATIVE));
        rows = steps.add(rows, EVENTS, SENT, new StepSpec.Project(marked(version)));
        steps.add(rows, SENT, SENT, new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of(K))));
        return steps.all;
    }

    private List<Step> work(int version, Class<? extends Operator> operator) {
        Steps steps = new Steps();
        RowType sumRow = sums(version).result().rowType();
        Upstream rows = steps.filtered(version, new Upstream.FromPort(0, Tag.MAIN), SENT);
        Options config = Options.NONE
                .with(MADE_BY, (long) version)
                .with(POISON, poison && !(fixes && isFixed(version)) ? POISON_EVERY : 0L);
        StepSpec.Partitioning byKey = new StepSpec.Partitioning.ByKey(List.of(K));
        Upstream single = steps.add(rows, SENT, OUT, new StepSpec.UserOperator(operator.getName(), config, List.of(1)));
        Upstream sums = steps.add(rows, SENT, sumRow, sums(version));
        steps.add(single, OUT, OUT, new StepSpec.Send(2, 0, byKey));
        steps.add(sums, sumRow, sumRow, new StepSpec.Send(2, 1, byFirst()));
        if (calls) {
            // Windows behind the calls must have what windows ahead of them have.
            Upstream called = steps.add(rows, SENT, CALLED, CALL);
            Upstream calledSums = steps.add(called, CALLED, sumRow, sums(version));
            steps.add(called, CALLED, CALLED, new StepSpec.Send(2, CALLED_PORT, byKey));
            steps.add(calledSums, sumRow, sumRow, new StepSpec.Send(2, CALLED_PORT + 1, byFirst()));
        }
        return steps.all;
    }

    private List<Step> out(int version, RowType sums) {
        Steps steps = new Steps();
        Upstream rows = steps.filtered(version, new Upstream.FromPort(0, Tag.MAIN), OUT);
        Upstream sumRows = new Upstream.FromPort(1, Tag.MAIN);
        steps.add(rows, OUT, OUT, sink("rows", SimConnector.NAME, Guarantee.EXACTLY_ONCE));
        steps.add(sumRows, sums, sums, sink("sums", SimConnector.NAME, Guarantee.EXACTLY_ONCE));
        steps.add(sumRows, sums, sums, sink("outside", SimConnector.OUTSIDE, Guarantee.EXACTLY_ONCE));
        steps.add(rows, OUT, OUT, sink(PLAIN, SimConnector.NAME, Guarantee.AT_LEAST_ONCE));
        steps.add(sumRows, sums, sums, sink(Checkers.EFFECTS, SimEffects.NAME, Guarantee.AT_MOST_ONCE));
        if (calls) {
            steps.add(
                    new Upstream.FromPort(CALLED_PORT, Tag.MAIN),
                    CALLED,
                    CALLED,
                    sink("called", SimConnector.NAME, Guarantee.EXACTLY_ONCE));
            steps.add(
                    new Upstream.FromPort(CALLED_PORT + 1, Tag.MAIN),
                    sums,
                    sums,
                    sink("calledsums", SimConnector.NAME, Guarantee.EXACTLY_ONCE));
        }
        return steps.all;
    }

    private static final class Steps {
        final List<Step> all = new ArrayList<>();

        Upstream add(Upstream input, RowType inputType, RowType rowType, StepSpec spec) {
            int id = all.size();
            all.add(new Step(id, "entry" + id, List.of(input), inputType, rowType, spec));
            return new Upstream.FromStep(id, Tag.MAIN);
        }

        Upstream filtered(int version, Upstream input, RowType type) {
            return version % 2 == 0 ? input : add(input, type, type, new StepSpec.Filter(NOT_NEGATIVE));
        }
    }

    /** Returns the mark that a version of a stage makes in its rows; {@link #NO_MARK} for one that makes none. */
    public static long markOf(StagePlan stage) {
        for (Step step : stage.steps()) {
            if (step.spec() instanceof StepSpec.UserOperator operator) {
                return operator.config().number(MADE_BY, 0);
            } else if (stage.id() == 0 && step.spec() instanceof StepSpec.Project project) {
                Expr mark = project.projection().expressions().get(READ_BY);
                return (Long) ((Expr.Literal) mark).value();
            }
        }
        return NO_MARK;
    }

    /** Returns the mark in a row that a stage has sent to a port. */
    public static long markIn(int stage, int port, byte[] row) {
        if (stage == 0) {
            return SENT_CODEC.fromBytes(row).getLong(READ_BY);
        }
        if (port == CALLED_PORT) {
            return NO_MARK;
        }
        RowCodec codec = port == 0 ? OUT_CODEC : SUM_CODEC;
        MutableRow values = codec.fromBytes(row);
        return values.getLong(values.size() - 1);
    }

    private static StepSpec.Partitioning byFirst() {
        return new StepSpec.Partitioning.ByKey(List.<Expr>of(new ColumnRef(0, Scalar.BIGINT, false)));
    }

    private static StepSpec sink(String name, String connector, Guarantee guarantee) {
        return new StepSpec.Sink(name, connector, Options.NONE, "json", Options.NONE, guarantee);
    }
}
