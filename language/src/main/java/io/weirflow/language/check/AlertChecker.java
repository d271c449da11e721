package io.weirflow.language.check;

import io.weirflow.api.definition.AlertDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.language.check.CheckedPipeline.Operation;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks {@code alert}. */
final class AlertChecker {

    private static final String DEFAULT_SEVERITY = "warning";
    private static final Set<String> OWN_COLUMNS =
            Set.of("alert_id", "name", "state", "since", "at", "severity", "summary");

    private final Scalars scalars;
    private final Expressions expressions;
    private final Problems problems;

    AlertChecker(Scalars scalars, Expressions expressions, Problems problems) {
        this.scalars = scalars;
        this.expressions = expressions;
        this.problems = problems;
    }

    /** What is known of an alert. @param operation null after a report */
    record Checked(@Nullable Operation operation, List<Integer> key, Rows rows) {}

    Checked check(AlertDefinition alert, Text name, Rows input, String owner) {
        List<Integer> key = columns(alert.key(), input, "'key' of the alert of " + owner);
        boolean sound = !key.contains(-1);
        key.removeIf(column -> column < 0);
        sound &= noClash(input, alert, owner);
        Expr when = when(alert, input, owner);
        Long holds = duration(alert.holds(), "'for' of the alert of " + owner);
        Long resolveAfter = duration(alert.resolveAfter(), "'resolve_after' of the alert of " + owner);
        String severity = alert.severity() == null ? DEFAULT_SEVERITY : scalars.text(alert.severity());
        Expr summary = alert.summary() == null
                ? Expr.Literal.of(name.value())
                : SummaryTemplate.compile(
                        alert.summary(), input, "summary of " + owner, scalars, expressions, problems);
        if (!input.eventTime()) {
            sound = false;
            String message = "the alert of " + owner + " needs event time, and its input has none; see 'event_time'";
            problems.add(ProblemCode.NO_EVENT_TIME, alert.place(), message);
        }
        RowType output = output(key, input.type());
        Rows rows = new Rows(output, input.broken(), RowTime.EVENT);
        if (!sound || when == null || holds == null || resolveAfter == null || severity == null || summary == null) {
            return new Checked(null, key, rows);
        }
        StepSpec.Alert spec = new StepSpec.Alert(
                name.value(), key, when, holds, resolveAfter, severity, summary, spanStart(input.type()));
        return new Checked(new Operation(spec, output), key, rows);
    }

    /** Checks what does not depend on the input. */
    void checkWithoutRows(AlertDefinition alert, String owner) {
        duration(alert.holds(), "'for' of the alert of " + owner);
        duration(alert.resolveAfter(), "'resolve_after' of the alert of " + owner);
        if (alert.when() == null) {
            problems.add(ProblemCode.MISSING_KEY, alert.place(), "the alert of " + owner + " needs 'when'");
        }
    }

    /** Returns the indexes of columns; -1 for each that is not there, which is reported. */
    List<Integer> columns(List<Text> names, Rows input, String where) {
        List<Integer> indexes = new ArrayList<>();
        for (Text name : names) {
            int index = expressions.column(name, input, where);
            if (index >= 0 && indexes.contains(index)) {
                String message = "column '" + name.value() + "' is given twice in " + where;
                problems.add(ProblemCode.DUPLICATE_NAME, name.place(), message);
            } else {
                indexes.add(index);
            }
        }
        return indexes;
    }

    private @Nullable Expr when(AlertDefinition alert, Rows input, String owner) {
        if (alert.when() == null) {
            problems.add(ProblemCode.MISSING_KEY, alert.place(), "the alert of " + owner + " needs 'when'");
            return null;
        }
        return expressions.condition(alert.when(), input, "'when' of the alert of " + owner);
    }

    private @Nullable Long duration(@Nullable Text text, String what) {
        return text == null ? Long.valueOf(0) : scalars.durationMs(text, what);
    }

    private boolean noClash(Rows input, AlertDefinition alert, String owner) {
        boolean sound = true;
        for (Column column : input.type().columns()) {
            if (OWN_COLUMNS.contains(column.name())) {
                sound = false;
                problems.add(
                        ProblemCode.COLUMN_CLASH,
                        alert.place(),
                        "the alert of " + owner + " adds a column '" + column.name()
                                + "', and its input has one already; rename or leave it out with 'select'");
            }
        }
        return sound;
    }

    /** A row that is a window's result holds for its window, any other for its moment. */
    private static int spanStart(RowType input) {
        int start = input.indexOf("window_start");
        int end = input.indexOf("window_end");
        boolean bounds = start >= 0
                && end >= 0
                && input.column(start).type() == Scalar.TIMESTAMP
                && input.column(end).type() == Scalar.TIMESTAMP;
        return bounds ? start : -1;
    }

    private static RowType output(List<Integer> key, RowType input) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.required("alert_id", Scalar.VARCHAR));
        columns.add(Column.required("name", Scalar.VARCHAR));
        key.forEach(index -> columns.add(input.column(index)));
        columns.add(Column.required("state", Scalar.VARCHAR));
        columns.add(Column.required("since", Scalar.TIMESTAMP));
        columns.add(Column.required("at", Scalar.TIMESTAMP));
        columns.add(Column.required("severity", Scalar.VARCHAR));
        columns.add(Column.required("summary", Scalar.VARCHAR));
        for (int i = 0; i < input.size(); i++) {
            if (!key.contains(i) && !OWN_COLUMNS.contains(input.column(i).name())) {
                columns.add(input.column(i));
            }
        }
        return RowType.of(distinct(columns));
    }

    /** After a clash was reported, what is further down is still checked. */
    private static List<Column> distinct(List<Column> columns) {
        Set<String> seen = new HashSet<>();
        return columns.stream().filter(column -> seen.add(column.name())).toList();
    }
}
