package io.weirflow.language.plan;

import io.weirflow.api.definition.Place;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.ErrorColumns;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.pipeline.StepSpec.Partitioning;
import io.weirflow.api.pipeline.Window;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.language.check.CheckedPipeline;
import io.weirflow.language.check.CheckedPipeline.Operation;
import io.weirflow.language.check.CheckedPipeline.Placement;
import io.weirflow.language.check.CheckedPipeline.Ref;
import io.weirflow.language.check.CheckedPipeline.Settings;
import io.weirflow.language.check.CheckedPipeline.SinkEntry;
import io.weirflow.language.check.CheckedPipeline.StageEntry;
import io.weirflow.language.check.CheckedPipeline.StreamEntry;
import io.weirflow.language.port.SourcePartitions;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a checked pipeline into stages at its shuffles.
 *
 * <p>Entries are placed in the order in which rows flow. One that asks nothing of its slots joins the stage that its rows are in; one
 * with a key does so when rows with equal keys meet there already; every other begins a stage with an inbox, and its filter and
 * projection run ahead of the shuffle, in the stages that send. A stage that reads a user's log holds nothing with state or timers
 * (rule R1). Sends only ever go to the stage that was made last, so ids are a topological order.
 */
public final class Planner {

    private final CheckedPipeline checked;
    private final SourcePartitions partitions;
    private final Problems problems;
    private final List<StageDraft> stages = new ArrayList<>();
    private final Outputs outputs = new Outputs();
    private final Map<Integer, Set<Integer>> keptSinks = new HashMap<>();

    private Planner(CheckedPipeline checked, SourcePartitions partitions, Problems problems) {
        this.checked = checked;
        this.partitions = partitions;
        this.problems = problems;
    }

    /**
     * Returns the plan. The same pipeline gives the same plan.
     *
     * @param partitions asked once for each stream
     * @param problems takes warnings of settings without effect
     */
    public static Pipeline plan(CheckedPipeline checked, SourcePartitions partitions, Problems problems) {
        return new Planner(checked, partitions, problems).plan();
    }

    private Pipeline plan() {
        checked.streams().forEach(this::stream);
        checked.stages().forEach(this::stage);
        checked.sinks().forEach(this::sink);
        keepUnused();
        Pipeline plan = new Pipeline(
                checked.name(), stages.stream().map(StageDraft::plan).toList(), checked.onPoison());
        return ColumnPruning.prune(plan, keptSinks);
    }

    private void stream(StreamEntry stream) {
        int slots = partitions.partitions(stream.source());
        StageDraft stage =
                new StageDraft(stages.size(), stream.name(), stream.name(), slots, checked.standbys(), stream.source());
        stages.add(stage);
        RowType type = stream.source().rowType();
        Upstream rows = new Upstream.FromPort(0, Tag.MAIN);
        outputs.add(new Ref(stream.name(), Tag.MAIN), new Flow(stage.id(), List.of(rows), type, Optional.empty()));
        if (!stream.source().failOnError()) {
            Upstream errors = new Upstream.FromPort(0, Tag.ERRORS);
            outputs.addSide(
                    new Ref(stream.name(), Tag.ERRORS),
                    new Flow(stage.id(), List.of(errors), ErrorColumns.ROW_TYPE, Optional.empty()),
                    true);
        }
    }

    private void stage(StageEntry entry) {
        List<Flow> inputs = inputs(entry.from(), entry.input());
        Flow rows = inputs.get(0);
        if (inputs.size() == 1 && fits(entry, rows)) {
            warnOfNoEffect(entry, stages.get(rows.stage()).name());
            rows = run(entry, entry.before(), rows);
        } else if (entry.placement() instanceof Placement.ByKey byKey) {
            rows = shuffle(entry, inputs, byKey);
        } else {
            rows = forward(entry, inputs);
            rows = run(entry, entry.before(), rows);
        }
        rows = run(entry, entry.after(), rows);
        if (errorsAreNamed(entry)) {
            rows = step(entry.name(), identity(rows.rowType()), rows);
        }
        outputs.add(new Ref(entry.name(), Tag.MAIN), rows);
    }

    /** An entry without steps has no errors; where its stream of errors is used all the same, a step stands for it. */
    private boolean errorsAreNamed(StageEntry entry) {
        Ref errors = new Ref(entry.name(), Tag.ERRORS);
        return entry.before().isEmpty()
                && entry.after().isEmpty()
                && (checked.stages().stream().anyMatch(stage -> stage.from().contains(errors))
                        || checked.sinks().stream().anyMatch(sink -> sink.from().contains(errors)));
    }

    /** Returns whether an entry can run where its rows are. */
    private boolean fits(StageEntry entry, Flow rows) {
        if (!entry.settings().fuse()) {
            return false;
        }
        if (entry.placement() instanceof Placement.Anywhere) {
            return true;
        }
        if (stages.get(rows.stage()).isSource()) {
            return false;
        }
        if (entry.placement() instanceof Placement.ByKey byKey) {
            return keyed(entry, rows).meets(byKey.columns());
        }
        return true;
    }

    /** Returns the rows as they will be when the key is taken, without adding any step. */
    private static Flow keyed(StageEntry entry, Flow rows) {
        Flow result = rows;
        for (Operation operation : entry.before()) {
            result = new Flow(
                    rows.stage(),
                    rows.upstreams(),
                    operation.output(),
                    Partitions.after(operation.spec(), result.partitionedBy()));
        }
        return result;
    }

    private Flow shuffle(StageEntry entry, List<Flow> inputs, Placement.ByKey byKey) {
        boolean single = byKey.columns().isEmpty();
        List<Flow> ready =
                inputs.stream().map(rows -> run(entry, entry.before(), rows)).toList();
        Place slotsPlace = entry.settings().slotsPlace();
        if (single && slotsPlace != null && entry.settings().slots() != 1) {
            warn(
                    slotsPlace,
                    "'parallelism' of stage '" + entry.name() + "' has no effect: without a key it has one slot");
        }
        RowType type = ready.get(0).rowType();
        List<Expr> keys = byKey.columns().stream()
                .map(column -> columnRef(column, type.column(column)))
                .toList();
        StageDraft stage = begin(entry, single ? 1 : entry.settings().slots());
        Set<Integer> partitionedBy = new HashSet<>(byKey.columns());
        return send(entry.name(), ready, stage, new Partitioning.ByKey(keys), Optional.of(partitionedBy));
    }

    private Flow forward(StageEntry entry, List<Flow> inputs) {
        StageDraft stage = begin(entry, entry.settings().slots());
        return send(entry.name(), inputs, stage, new Partitioning.Forward(), Optional.empty());
    }

    private StageDraft begin(StageEntry entry, int slots) {
        Settings settings = entry.settings();
        return begin(entry.name(), settings.uid(), slots, settings.standbys());
    }

    private StageDraft begin(String name, String uid, int slots, int standbys) {
        StageDraft stage = new StageDraft(stages.size(), name, uid, slots, standbys, null);
        stages.add(stage);
        return stage;
    }

    private Flow send(
            String entry,
            List<Flow> from,
            StageDraft to,
            Partitioning partitioning,
            Optional<Set<Integer>> partitionedBy) {
        List<Upstream> ports = new ArrayList<>();
        for (Flow rows : from) {
            int port = to.addPort(rows.stage(), rows.rowType());
            StepSpec spec = new StepSpec.Send(to.id(), port, partitioning);
            stages.get(rows.stage()).addStep(entry, rows.upstreams(), rows.rowType(), rows.rowType(), spec);
            ports.add(new Upstream.FromPort(port, Tag.MAIN));
        }
        return new Flow(to.id(), ports, from.get(0).rowType(), partitionedBy);
    }

    private Flow run(StageEntry entry, List<Operation> operations, Flow input) {
        Flow rows = input;
        for (Operation operation : operations) {
            rows = step(entry.name(), operation, rows);
        }
        return rows;
    }

    private Flow step(String entry, Operation operation, Flow input) {
        StepSpec spec = operation.spec();
        int step =
                stages.get(input.stage()).addStep(entry, input.upstreams(), input.rowType(), operation.output(), spec);
        Upstream failed = new Upstream.FromStep(step, Tag.ERRORS);
        Flow errors = new Flow(input.stage(), List.of(failed), ErrorColumns.ROW_TYPE, Optional.empty());
        outputs.addSide(new Ref(entry, Tag.ERRORS), errors, Failures.canFail(spec));
        if (spec instanceof StepSpec.WindowAggregate aggregate && !(aggregate.window() instanceof Window.Count)) {
            Upstream late = new Upstream.FromStep(step, Tag.LATE);
            Flow lateRows = new Flow(input.stage(), List.of(late), input.rowType(), input.partitionedBy());
            outputs.addSide(new Ref(entry, Tag.LATE), lateRows, true);
        }
        Upstream main = new Upstream.FromStep(step, Tag.MAIN);
        return new Flow(
                input.stage(), List.of(main), operation.output(), Partitions.after(spec, input.partitionedBy()));
    }

    private void sink(SinkEntry sink) {
        List<Flow> inputs = inputs(sink.from(), sink.input());
        Flow rows = inputs.get(0);
        if (inputs.size() > 1) {
            // A sink's parts are numbered by the slots of one stage.
            String stage = freeName(sink.name());
            rows = send(
                    sink.name(),
                    inputs,
                    begin(stage, stage, 1, checked.standbys()),
                    new Partitioning.Forward(),
                    Optional.empty());
        }
        addSink(sink.name(), rows, sink.spec());
    }

    private String freeName(String wanted) {
        String name = wanted;
        while (hasStage(name)) {
            name = name + "_sink";
        }
        return name;
    }

    private boolean hasStage(String name) {
        return stages.stream()
                .anyMatch(stage -> stage.name().equals(name) || stage.uid().equals(name));
    }

    private int addSink(String entry, Flow rows, StepSpec.Sink spec) {
        return stages.get(rows.stage()).addStep(entry, rows.upstreams(), rows.rowType(), rows.rowType(), spec);
    }

    /** Errors and late rows that nothing uses are kept in topics. Each stage that makes them has a sink of its own. */
    private void keepUnused() {
        for (Map.Entry<String, List<Flow>> output : outputs.unusedSideOutputs().entrySet()) {
            StepSpec.Sink template = checked.unused();
            String topic = checked.name() + "." + output.getKey();
            StepSpec.Sink spec = new StepSpec.Sink(
                    output.getKey(),
                    template.connector(),
                    template.options().with("topic", topic),
                    template.format(),
                    template.formatOptions(),
                    template.guarantee());
            for (Flow rows : byStage(output.getValue())) {
                int sink = addSink(output.getKey(), rows, spec);
                keptSinks
                        .computeIfAbsent(rows.stage(), stage -> new HashSet<>())
                        .add(sink);
            }
        }
    }

    /** Returns the rows of all these outputs, in one flow for each stage that they are in, with the wanted columns. */
    private List<Flow> inputs(List<Ref> from, RowType wanted) {
        List<Flow> flows = new ArrayList<>();
        for (Ref ref : from) {
            for (Flow flow : outputs.use(ref)) {
                flows.add(align(ref.entry(), flow, wanted));
            }
        }
        if (flows.isEmpty()) {
            throw new IllegalStateException("nothing makes the rows of " + from);
        }
        return byStage(flows);
    }

    private static List<Flow> byStage(List<Flow> flows) {
        Map<Integer, Flow> byStage = new TreeMap<>();
        for (Flow flow : flows) {
            byStage.merge(flow.stage(), flow, Planner::merge);
        }
        return List.copyOf(byStage.values());
    }

    private static Flow merge(Flow first, Flow second) {
        List<Upstream> upstreams = new ArrayList<>(first.upstreams());
        upstreams.addAll(second.upstreams());
        boolean same = first.partitionedBy().equals(second.partitionedBy());
        return new Flow(first.stage(), upstreams, first.rowType(), same ? first.partitionedBy() : Optional.empty());
    }

    /** Inputs of a union may differ in the order of their columns and in what may be NULL. */
    private Flow align(String entry, Flow flow, RowType wanted) {
        if (flow.rowType().equals(wanted)) {
            return flow;
        }
        return step(entry, projection(flow.rowType(), wanted), flow);
    }

    private static Operation identity(RowType type) {
        return projection(type, type);
    }

    private static Operation projection(RowType from, RowType wanted) {
        List<String> names = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        for (Column column : wanted.columns()) {
            names.add(column.name());
            values.add(columnRef(from.indexOf(column.name()), column));
        }
        return new Operation(new StepSpec.Project(new Projection(names, values)), wanted);
    }

    private static Expr columnRef(int index, Column column) {
        return new Expr.ColumnRef(index, column.type(), column.nullable());
    }

    private void warnOfNoEffect(StageEntry entry, String stage) {
        String reason = " of stage '" + entry.name() + "' has no effect: it runs in '" + stage
                + "'; 'fuse: false' would keep it apart";
        Place slots = entry.settings().slotsPlace();
        if (slots != null) {
            warn(slots, "'parallelism'" + reason);
        }
        Place uid = entry.settings().uidPlace();
        if (uid != null) {
            warn(uid, "'uid'" + reason);
        }
        Place standby = entry.settings().standbysPlace();
        if (standby != null) {
            warn(standby, "'standby'" + reason);
        }
    }

    private void warn(@Nullable Place place, String message) {
        if (place != null) {
            problems.add(ProblemCode.NO_EFFECT, place, message);
        }
    }
}
