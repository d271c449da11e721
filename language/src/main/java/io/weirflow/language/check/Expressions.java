package io.weirflow.language.check;

import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.Text;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.type.RowType;
import io.weirflow.language.problem.Problem;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Severity;
import io.weirflow.language.problem.Suggestions;
import io.weirflow.language.sql.GroupSelect;
import io.weirflow.language.sql.SqlCompiler;
import io.weirflow.language.sql.SqlProblem;
import io.weirflow.language.sql.SqlResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles the expressions of a pipeline; problems get their places in the file. Methods return null after a report. */
final class Expressions {

    private final SqlCompiler sql = new SqlCompiler();
    private final Scalars scalars;
    private final Problems problems;

    Expressions(Scalars scalars, Problems problems) {
        this.scalars = scalars;
        this.problems = problems;
    }

    /** @param where for messages: {@code select of stage 'x'} */
    @Nullable
    Expr scalar(Text raw, Rows rows, String where) {
        Text text = scalars.expander().text(raw);
        return text == null ? null : value(sql.scalar(text.value(), rows.type()), Map.of(), text, rows, where);
    }

    @Nullable
    Expr condition(Text raw, Rows rows, String where) {
        Text text = scalars.expander().text(raw);
        return text == null ? null : value(sql.condition(text.value(), rows.type()), Map.of(), text, rows, where);
    }

    /** A compiled aggregation without the columns that have mistakes. */
    record Grouped(GroupSelect select, Set<String> broken) {}

    /** @param whole the place of mistakes that are in no column of {@code select} */
    @Nullable
    Grouped group(
            List<String> groupColumns,
            Map<String, Text> select,
            Rows rows,
            boolean withBounds,
            String where,
            Text whole) {
        Map<String, Text> texts = new LinkedHashMap<>();
        Set<String> broken = new HashSet<>();
        select.forEach((column, raw) -> {
            Text text = scalars.expander().text(raw);
            if (text == null) {
                broken.add(column);
            } else {
                texts.put(column, text);
            }
        });
        SqlResult<GroupSelect> result = compile(groupColumns, texts, rows.type(), withBounds);
        GroupSelect compiled = value(result, texts, whole, rows, where);
        if (compiled == null && result instanceof SqlResult.Failed<GroupSelect> failed) {
            // The columns without mistakes still tell what stages further down may name.
            Set<String> wrong = failed.problems().stream().map(SqlProblem::item).collect(Collectors.toSet());
            broken.addAll(wrong);
            texts.keySet().removeAll(wrong);
            if (compile(groupColumns, texts, rows.type(), withBounds) instanceof SqlResult.Ok<GroupSelect> ok) {
                compiled = ok.value();
            }
        }
        return compiled == null ? null : new Grouped(compiled, broken);
    }

    private SqlResult<GroupSelect> compile(
            List<String> groupColumns, Map<String, Text> texts, RowType type, boolean withBounds) {
        Map<String, String> select = new LinkedHashMap<>();
        texts.forEach((column, text) -> select.put(column, text.value()));
        return sql.group(groupColumns, select, type, withBounds);
    }

    /** Returns the index of a column, or -1 after a report. */
    int column(Text raw, Rows rows, String where) {
        Text text = scalars.expander().text(raw);
        if (text == null) {
            return -1;
        }
        int index = rows.type().indexOf(text.value());
        if (index < 0 && !rows.broken().contains(text.value())) {
            unknownColumn(text.value(), text.place(), rows, where);
        }
        return index;
    }

    private void unknownColumn(String name, Place place, Rows rows, String where) {
        List<String> known = new ArrayList<>();
        rows.type().columns().forEach(column -> known.add(column.name()));
        known.addAll(rows.broken());
        problems.add(
                ProblemCode.UNKNOWN_COLUMN,
                place,
                "unknown column '" + name + "' in " + where,
                Suggestions.nearest(name, known));
    }

    private <T> @Nullable T value(SqlResult<T> result, Map<String, Text> texts, Text whole, Rows rows, String where) {
        if (result instanceof SqlResult.Ok<T> ok) {
            return ok.value();
        }
        for (SqlProblem problem : ((SqlResult.Failed<T>) result).problems()) {
            if (!namesBroken(problem, rows)) {
                report(problem, texts.getOrDefault(problem.item(), whole), where);
            }
        }
        return null;
    }

    private void report(SqlProblem problem, Text text, String where) {
        String joint = problem.code().equals(ProblemCode.UNKNOWN_COLUMN.code()) ? " in " : ", in ";
        problems.add(new Problem(
                problem.code(),
                Severity.ERROR,
                text.at(problem.line(), problem.column()),
                problem.message() + joint + where,
                problem.suggestion()));
    }

    /** A column whose own definition was reported need not be reported again where it is named. */
    private static boolean namesBroken(SqlProblem problem, Rows rows) {
        return problem.code().equals(ProblemCode.UNKNOWN_COLUMN.code())
                && rows.broken().stream().anyMatch(column -> problem.message().contains("'" + column + "'"));
    }
}
