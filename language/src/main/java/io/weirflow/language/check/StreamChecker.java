package io.weirflow.language.check;

import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.definition.ColumnDefinition;
import io.weirflow.api.definition.ConnectorUse;
import io.weirflow.api.definition.EventTimeDefinition;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.StreamDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks an entry of {@code streams}. */
final class StreamChecker {

    private final Scalars scalars;
    private final Expressions expressions;
    private final ConnectorChecker connectors;
    private final Problems problems;

    StreamChecker(Scalars scalars, Expressions expressions, ConnectorChecker connectors, Problems problems) {
        this.scalars = scalars;
        this.expressions = expressions;
        this.connectors = connectors;
        this.problems = problems;
    }

    /**
     * What is known of a stream.
     *
     * @param source null when something is wrong
     * @param rows null when its columns are not known
     */
    record Checked(
            StageInput.@Nullable Source source, @Nullable Rows rows, boolean failOnError) {}

    Checked check(StreamDefinition stream) {
        String owner = "stream '" + stream.name().value() + "'";
        boolean failOnError = failOnError(stream, owner);
        ColumnList declared = stream.columns() == null ? null : columns(stream.columns(), owner);
        ConnectorUse use = stream.source();
        if (use == null) {
            problems.add(ProblemCode.MISSING_KEY, stream.name().place(), owner + " needs 'source'");
        }
        Place place = use == null ? stream.name().place() : use.place();
        ConnectorChecker.Source source = use == null ? null : connectors.source(use, stream.format(), owner);
        if (source == null) {
            connectors.formats().alone(stream.format(), place, owner);
        }
        RowType type = declared == null ? known(source, place, owner) : declared.type();
        if (declared != null && declared.type().size() == 0 && declared.broken().isEmpty()) {
            problems.add(ProblemCode.NO_COLUMNS, stream.name().place(), "'columns' of " + owner + " has no columns");
        }
        Set<String> broken = declared == null ? Set.of() : declared.broken();
        if (type == null) {
            return new Checked(null, null, failOnError);
        }
        Rows rows = new Rows(type, broken, time(stream.eventTime()));
        EventTime eventTime = eventTime(stream.eventTime(), rows, source == null ? null : source.connector(), owner);
        if (source == null || !broken.isEmpty() || eventTime == null) {
            return new Checked(null, rows, failOnError);
        }
        connectors.checkDecoding(source, type, place);
        StageInput.Source input = new StageInput.Source(
                stream.name().value(),
                source.name(),
                source.options().options(),
                source.format().name(),
                source.format().options().options(),
                type,
                eventTime,
                source.bounded(),
                failOnError);
        return new Checked(input, rows, failOnError);
    }

    private static RowTime time(@Nullable EventTimeDefinition definition) {
        if (definition == null) {
            return RowTime.NONE;
        }
        return definition.kind().value().equals("processing") ? RowTime.PROCESSING : RowTime.EVENT;
    }

    private boolean failOnError(StreamDefinition stream, String owner) {
        if (stream.onError() == null) {
            return false;
        }
        String choice = scalars.choice(stream.onError(), "'on_error' of " + owner, List.of("fail", "stream"));
        return "fail".equals(choice);
    }

    private @Nullable RowType known(ConnectorChecker.@Nullable Source source, Place place, String owner) {
        if (source == null) {
            return null;
        }
        Optional<RowType> known = source.knownColumns();
        if (known.isEmpty() && source.sound()) {
            problems.add(ProblemCode.NO_COLUMNS, place, owner + " needs 'columns': its source does not know them");
        }
        return known.orElse(null);
    }

    /** Declared columns, without those whose type is malformed. */
    record ColumnList(RowType type, Set<String> broken) {}

    ColumnList columns(List<ColumnDefinition> definitions, String owner) {
        List<Column> columns = new ArrayList<>();
        Set<String> broken = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (ColumnDefinition definition : definitions) {
            String name = definition.name().value();
            Text type = scalars.expander().text(definition.type());
            if (name.isEmpty()) {
                problems.add(ProblemCode.BAD_NAME, definition.name().place(), "a column of " + owner + " has no name");
                continue;
            }
            if (!seen.add(name)) {
                String message = owner + " has two columns '" + name + "'";
                problems.add(ProblemCode.COLUMN_CLASH, definition.name().place(), message);
                continue;
            }
            Column column = type == null ? null : TypeParser.column(name, type, problems);
            if (column == null) {
                broken.add(name);
            } else {
                columns.add(column);
            }
        }
        return new ColumnList(RowType.of(columns), broken);
    }

    /** Returns null after a report. */
    private @Nullable EventTime eventTime(
            @Nullable EventTimeDefinition definition, Rows rows, @Nullable SourceConnector connector, String owner) {
        if (definition == null) {
            return new EventTime.None();
        }
        String what = "'event_time' of " + owner;
        Text kind = definition.kind();
        if (kind.value().equals("processing")) {
            return new EventTime.Processing();
        }
        Long outOfOrderness = duration(definition.outOfOrderness(), "'out_of_orderness' of " + owner);
        Long idleAfter = duration(definition.idleAfter(), "'idle_after' of " + owner);
        if (kind.value().equals("ingestion")) {
            if (connector != null && !connector.hasIngestionTime()) {
                problems.add(
                        ProblemCode.BAD_EVENT_TIME,
                        kind.place(),
                        what + ": the source's records carry no time of their own");
                return null;
            }
            return outOfOrderness == null || idleAfter == null
                    ? null
                    : new EventTime.Ingestion(outOfOrderness, idleAfter);
        }
        if (definition.column() == null) {
            problems.add(
                    ProblemCode.BAD_EVENT_TIME,
                    definition.place(),
                    what + " is {column, out_of_orderness, idle_after}, ingestion or processing");
            return null;
        }
        int column = expressions.column(definition.column(), rows, what);
        if (column < 0 || outOfOrderness == null || idleAfter == null) {
            return null;
        }
        DataType type = rows.type().column(column).type();
        if (type != DataType.Scalar.TIMESTAMP) {
            problems.add(
                    ProblemCode.BAD_EVENT_TIME,
                    definition.column().place(),
                    "the event time of " + owner + " is a TIMESTAMP, and '"
                            + rows.type().column(column).name() + "' is " + type.sql());
            return null;
        }
        return new EventTime.ByColumn(column, outOfOrderness, idleAfter);
    }

    private @Nullable Long duration(@Nullable Text text, String what) {
        return text == null ? Long.valueOf(0) : scalars.durationMs(text, what);
    }
}
