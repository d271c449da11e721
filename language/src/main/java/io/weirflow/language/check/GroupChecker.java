package io.weirflow.language.check;

import io.weirflow.api.definition.Grouping;
import io.weirflow.api.definition.SelectItem;
import io.weirflow.api.definition.StageDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.WindowDefinition;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.pipeline.Window;
import io.weirflow.language.check.CheckedPipeline.Operation;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks a stage that aggregates. */
final class GroupChecker {

    private final Scalars scalars;
    private final Expressions expressions;
    private final AlertChecker columns;
    private final WindowChecker windows;
    private final Problems problems;

    GroupChecker(Scalars scalars, Expressions expressions, AlertChecker columns, Problems problems) {
        this.scalars = scalars;
        this.expressions = expressions;
        this.columns = columns;
        this.windows = new WindowChecker(scalars, problems);
        this.problems = problems;
    }

    /** What is known of an aggregation. @param operation null after a report; so are the rows when they are not known */
    record Checked(
            @Nullable Operation operation,
            List<Integer> key,
            @Nullable Rows rows) {}

    Checked check(StageDefinition stage, Rows input, String owner) {
        Grouping grouping = stage.grouping();
        WindowDefinition definition = grouping.window();
        List<Text> groupBy = grouping.groupBy() == null ? List.of() : grouping.groupBy();
        if (definition == null) {
            problems.add(
                    ProblemCode.NOT_BUILT,
                    groupBy.isEmpty() ? stage.name().place() : groupBy.get(0).place(),
                    "'group_by' without 'window' in " + owner
                            + " is specified but not built yet in this version; add a window");
        }
        Window window = definition == null ? null : windows.check(definition, owner);
        boolean timed = definition == null || !WindowChecker.isCount(definition);
        boolean sound = eventTime(definition, timed, input, owner);
        Long lateness = lateness(grouping, owner);
        List<Integer> key = columns.columns(groupBy, input, "group_by of " + owner);
        if (key.contains(-1)) {
            return new Checked(null, List.of(), null);
        }
        List<String> names =
                key.stream().map(index -> input.type().column(index).name()).toList();
        Expressions.Grouped grouped =
                expressions.group(names, select(stage, owner), input, timed, "select of " + owner, stage.name());
        if (grouped == null) {
            return new Checked(null, key, null);
        }
        Rows output = new Rows(
                grouped.select().result().rowType(),
                grouped.broken(),
                input.time().shuffled());
        Expr having = grouping.having() == null
                ? null
                : expressions.condition(grouping.having(), output, "having of " + owner);
        sound &= grouping.having() == null || having != null;
        if (!sound || window == null || lateness == null || !grouped.broken().isEmpty()) {
            return new Checked(null, key, output);
        }
        StepSpec spec = new StepSpec.WindowAggregate(
                grouped.select().keys(),
                window,
                grouped.select().aggregates(),
                grouped.select().result(),
                having,
                lateness);
        return new Checked(new Operation(spec, output.type()), key, output);
    }

    /** Checks what does not depend on the input. */
    void checkWithoutRows(Grouping grouping, String owner) {
        if (grouping.window() != null) {
            windows.check(grouping.window(), owner);
        }
        lateness(grouping, owner);
    }

    private @Nullable Long lateness(Grouping grouping, String owner) {
        return grouping.allowedLateness() == null
                ? Long.valueOf(0)
                : scalars.durationMs(grouping.allowedLateness(), "'allowed_lateness' of " + owner);
    }

    private boolean eventTime(@Nullable WindowDefinition window, boolean timed, Rows input, String owner) {
        if (window == null || !timed || input.eventTime()) {
            return true;
        }
        String message = "the window of " + owner + " needs event time, and its input has none; see 'event_time'";
        problems.add(ProblemCode.NO_EVENT_TIME, window.place(), message);
        return false;
    }

    private Map<String, Text> select(StageDefinition stage, String owner) {
        Map<String, Text> select = new LinkedHashMap<>();
        List<SelectItem> items = stage.select() == null ? new ArrayList<>() : stage.select();
        for (SelectItem item : items) {
            Text column = item.column();
            Text expression = item.expression() == null ? column : item.expression();
            if (select.putIfAbsent(column.value(), expression) != null) {
                String message = "select of " + owner + " has two columns '" + column.value() + "'";
                problems.add(ProblemCode.COLUMN_CLASH, column.place(), message);
            }
        }
        return select;
    }
}
