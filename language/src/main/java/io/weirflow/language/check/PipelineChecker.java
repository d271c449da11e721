package io.weirflow.language.check;

import io.weirflow.api.definition.PipelineDefinition;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.SinkDefinition;
import io.weirflow.api.definition.StageDefinition;
import io.weirflow.api.definition.StreamDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.api.pipeline.ErrorColumns;
import io.weirflow.api.pipeline.OnPoison;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import io.weirflow.language.check.CheckedPipeline.Ref;
import io.weirflow.language.check.CheckedPipeline.SinkEntry;
import io.weirflow.language.check.CheckedPipeline.StageEntry;
import io.weirflow.language.check.CheckedPipeline.StreamEntry;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks a whole definition: names, graph, then each entry in the order in which rows flow. */
public final class PipelineChecker {

    private final PipelineDefinition definition;
    private final Problems problems;
    private final Scalars scalars;
    private final ConnectorChecker connectors;
    private final StreamChecker streams;
    private final StageChecker stages;
    private final Names names;
    private final EntryGraph graph;
    /** Rows of outputs by their name in {@code from}; absent while unknown. */
    private final Map<String, Rows> rows = new HashMap<>();

    private final List<StreamEntry> streamEntries = new ArrayList<>();
    private final List<StageEntry> stageEntries = new ArrayList<>();
    private final List<SinkEntry> sinkEntries = new ArrayList<>();

    private PipelineChecker(
            PipelineDefinition definition, Environment environment, ConnectorCatalog catalog, Problems problems) {
        this.definition = definition;
        this.problems = problems;
        this.scalars = new Scalars(new Expander(environment, problems), problems);
        Expressions expressions = new Expressions(scalars, problems);
        this.names = new Names(problems);
        this.connectors = new ConnectorChecker(catalog, scalars, problems);
        this.streams = new StreamChecker(scalars, expressions, connectors, problems);
        this.stages =
                new StageChecker(scalars, expressions, streams, connectors, names, problems, definition.standby());
        this.graph = new EntryGraph(definition, problems);
    }

    /** Returns the pipeline when nothing in it is wrong; else the problems say what is. */
    public static Optional<CheckedPipeline> check(
            PipelineDefinition definition, Environment environment, ConnectorCatalog catalog, Problems problems) {
        return new PipelineChecker(definition, environment, catalog, problems).check();
    }

    private Optional<CheckedPipeline> check() {
        checkNames();
        definition.streams().forEach(this::stream);
        for (StageDefinition stage : graph.stagesInOrder()) {
            stage(stage);
        }
        definition.sinks().forEach(this::sink);
        Set<String> used = graph.reachSinks();
        warnOfUnused(used);
        OnPoison onPoison = onPoison();
        if (problems.hasErrors()) {
            return Optional.empty();
        }
        return Optional.of(new CheckedPipeline(
                definition.name().value(),
                streamEntries.stream()
                        .filter(entry -> used.contains(entry.name()))
                        .toList(),
                stageEntries.stream()
                        .filter(entry -> used.contains(entry.name()))
                        .toList(),
                sinkEntries,
                stages.defaultStandbys(),
                connectors.unused(),
                onPoison));
    }

    private OnPoison onPoison() {
        if (definition.onPoison() == null) {
            return OnPoison.FAIL;
        }
        String choice = scalars.choice(definition.onPoison(), "'on_poison' of the pipeline", List.of("fail", "park"));
        return "park".equals(choice) ? OnPoison.PARK : OnPoison.FAIL;
    }

    private void checkNames() {
        names.pipeline(definition.name());
        definition.streams().forEach(stream -> names.entry(stream.name(), "stream"));
        definition.stages().forEach(stage -> names.entry(stage.name(), "stage"));
        Set<String> sinks = new HashSet<>();
        for (SinkDefinition sink : definition.sinks()) {
            names.sink(sink.name(), "sink");
            if (!sinks.add(sink.name().value())) {
                String message = "two sinks are named '" + sink.name().value() + "'";
                problems.add(ProblemCode.DUPLICATE_NAME, sink.name().place(), message);
            }
        }
        checkUids();
        Place place = definition.name().place();
        if (definition.streams().isEmpty()) {
            problems.add(ProblemCode.MISSING_KEY, place, "the pipeline needs 'streams', where rows come from");
        }
        if (definition.sinks().isEmpty()) {
            problems.add(ProblemCode.MISSING_KEY, place, "the pipeline needs 'sinks', where rows go");
        }
    }

    /** State is named by the uid, else by the name: no two may share one. */
    private void checkUids() {
        Set<String> seen = new HashSet<>();
        definition.streams().forEach(stream -> seen.add(stream.name().value()));
        for (StageDefinition stage : definition.stages()) {
            if (stage.settings().uid() == null) {
                seen.add(stage.name().value());
            }
        }
        for (StageDefinition stage : definition.stages()) {
            Text uid = stage.settings().uid();
            if (uid != null && !seen.add(uid.value())) {
                String message = "the uid '" + uid.value() + "' of stage '"
                        + stage.name().value() + "' is used by another stream or stage";
                problems.add(ProblemCode.DUPLICATE_NAME, uid.place(), message);
            }
        }
    }

    private void stream(StreamDefinition stream) {
        StreamChecker.Checked checked = streams.check(stream);
        String name = stream.name().value();
        put(new Ref(name, Tag.MAIN), checked.rows());
        if (!checked.failOnError()) {
            put(new Ref(name, Tag.ERRORS), Rows.of(ErrorColumns.ROW_TYPE, RowTime.NONE));
        }
        if (checked.source() != null) {
            streamEntries.add(new StreamEntry(name, checked.source()));
        }
    }

    private void stage(StageDefinition stage) {
        String owner = "stage '" + stage.name().value() + "'";
        if (stage.from().isEmpty() && stage.unbuilt().isEmpty()) {
            needsFrom(stage.name(), owner);
        }
        List<Ref> from = graph.inputs(stage.from(), owner);
        StageChecker.Checked checked = stages.check(stage, from, union(stage.from(), from, owner));
        String name = stage.name().value();
        put(new Ref(name, Tag.MAIN), checked.rows());
        put(new Ref(name, Tag.LATE), checked.late());
        put(new Ref(name, Tag.ERRORS), Rows.of(ErrorColumns.ROW_TYPE, RowTime.NONE));
        if (checked.entry() != null) {
            stageEntries.add(checked.entry());
        }
    }

    private void sink(SinkDefinition sink) {
        String owner = "sink '" + sink.name().value() + "'";
        if (sink.from().isEmpty()) {
            needsFrom(sink.name(), owner);
        }
        List<Ref> from = graph.inputs(sink.from(), owner);
        Rows input = union(sink.from(), from, owner);
        RowType type = input == null || !input.broken().isEmpty() ? null : input.type();
        StepSpec.Sink spec = connectors.sink(sink, type, owner);
        if (spec != null && type != null) {
            sinkEntries.add(new SinkEntry(sink.name().value(), from, type, spec));
        }
    }

    private void needsFrom(Text name, String owner) {
        problems.add(ProblemCode.MISSING_KEY, name.place(), owner + " needs 'from', where its rows come from");
    }

    private void put(Ref ref, @Nullable Rows known) {
        if (known != null) {
            rows.putIfAbsent(ref.text(), known);
        }
    }

    /** Returns the rows of all inputs together; null when not known. */
    private @Nullable Rows union(List<Text> texts, List<Ref> from, String owner) {
        if (from.isEmpty() || from.size() < texts.size()) {
            return null;
        }
        Rows result = null;
        for (int i = 0; i < from.size(); i++) {
            Rows next = rows.get(from.get(i).text());
            if (next == null) {
                return null;
            }
            if (result == null) {
                result = next;
                continue;
            }
            RowType type = StageChecker.union(result.type(), next.type());
            if (type == null) {
                if (result.broken().isEmpty() && next.broken().isEmpty()) {
                    unequal(texts.get(i), from.get(0), result.type(), from.get(i), next.type(), owner);
                }
                return null;
            }
            Set<String> broken = new HashSet<>(result.broken());
            broken.addAll(next.broken());
            result = new Rows(type, broken, time(texts.get(i), result, next, owner));
        }
        return result;
    }

    /** Rows that get their time in the stage itself, and others that bring it with them, would have two clocks in one inbox. */
    private RowTime time(Text place, Rows one, Rows other, String owner) {
        if (one.time() != other.time() && (one.time() == RowTime.PROCESSING || other.time() == RowTime.PROCESSING)) {
            problems.add(
                    ProblemCode.BAD_EVENT_TIME,
                    place.place(),
                    "the inputs of " + owner
                            + " have different times: 'event_time: processing' is decided in the stage that"
                            + " unites them; let a stage with key_by or fuse: false go before");
        }
        return one.eventTime() && other.eventTime() ? one.time() : RowTime.NONE;
    }

    private void unequal(Text place, Ref first, RowType firstType, Ref second, RowType secondType, String owner) {
        problems.add(
                ProblemCode.UNEQUAL_COLUMNS,
                place.place(),
                "the inputs of " + owner + " have different columns: '" + first.text() + "' has (" + firstType.sql()
                        + "), '" + second.text() + "' has (" + secondType.sql() + ")");
    }

    private void warnOfUnused(Set<String> used) {
        if (definition.sinks().isEmpty()) {
            return;
        }
        for (StreamDefinition stream : definition.streams()) {
            warnOfUnused(stream.name(), "stream", used);
        }
        for (StageDefinition stage : definition.stages()) {
            warnOfUnused(stage.name(), "stage", used);
        }
    }

    private void warnOfUnused(Text name, String kind, Set<String> used) {
        if (!used.contains(name.value())) {
            String message = "the " + kind + " '" + name.value() + "' leads to no sink and is not run";
            problems.add(ProblemCode.UNUSED, name.place(), message);
        }
    }
}
