package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the SQL expressions of a pipeline to typed trees. Mistakes are values, several at once; no text whatever makes it
 * throw. Without state: one instance serves any number of threads.
 */
public final class SqlCompiler {

    /** Returns a compiler. The first expression loads Calcite's parser, which takes some hundred milliseconds. */
    public SqlCompiler() {}

    /** Compiles an expression over one row. */
    public SqlResult<Expr> scalar(String sql, RowType input) {
        List<SqlProblem> problems = new ArrayList<>();
        Expr expr = compile(sql, new Scope.OfRow(input), GroupAggregates.NOWHERE, problems);
        return result(expr, problems);
    }

    /** Compiles an expression that must be BOOLEAN. */
    public SqlResult<Expr> condition(String sql, RowType input) {
        List<SqlProblem> problems = new ArrayList<>();
        Expr expr = null;
        Operand operand = analyze(sql, new Scope.OfRow(input), GroupAggregates.NOWHERE, problems);
        if (operand instanceof Operand.Null) {
            expr = new Literal(Scalar.BOOLEAN, null);
        } else {
            expr = finish(operand, problems);
            if (expr != null && expr.type() != Scalar.BOOLEAN) {
                problems.add(Mistake.here(
                                ProblemCode.NOT_BOOLEAN,
                                "a condition is BOOLEAN, and this is "
                                        + expr.type().sql())
                        .problem(null));
            }
        }
        return result(expr, problems);
    }

    /**
     * Compiles the aggregation of a stage.
     *
     * @param groupColumns columns of the input; an unknown one is a problem at 1:1
     * @param select output column to SQL, in the order of the output; an entry that repeats a group column or a bound under
     *     its own name is left out, for it is there already
     * @param withBounds whether the window has bounds (time windows have, count windows and none have not); they are then
     *     columns of the result
     * @return the result projection over the inner row [group columns, window_start, window_end, aggregates]
     */
    public SqlResult<GroupSelect> group(
            List<String> groupColumns, Map<String, String> select, RowType input, boolean withBounds) {
        List<SqlProblem> problems = new ArrayList<>();
        List<Expr> keys = new ArrayList<>();
        List<Column> keyColumns = new ArrayList<>();
        Scope row = new Scope.OfRow(input);
        for (String name : groupColumns) {
            key(name, row, keyColumns, keys, problems);
        }
        GroupScope scope = new GroupScope(keyColumns, input, withBounds);
        GroupAggregates aggregates = new GroupAggregates(scope);
        List<String> names = new ArrayList<>(scope.leadingNames());
        List<Expr> expressions = leading(scope);
        checkDistinct(names, problems);
        Set<String> leadingNames = Set.copyOf(new HashSet<>(names));
        select.forEach((name, sql) -> {
            List<SqlProblem> own = new ArrayList<>();
            Expr expr = compile(sql, scope, aggregates, own);
            if (leadingNames.contains(name)) {
                if (expr != null && expr.equals(expressions.get(names.indexOf(name)))) {
                    return;
                }
                own.add(duplicate(name));
            }
            names.add(name);
            if (expr != null) {
                expressions.add(expr);
            }
            own.stream().map(problem -> problem.inItem(name)).forEach(problems::add);
        });
        if (!problems.isEmpty()) {
            return new SqlResult.Failed<>(problems);
        }
        return new SqlResult.Ok<>(new GroupSelect(keys, aggregates.calls(), new Projection(names, expressions)));
    }

    private static void key(
            String name, Scope row, List<Column> keyColumns, List<Expr> keys, List<SqlProblem> problems) {
        try {
            Expr key = row.resolve(name);
            keys.add(key);
            keyColumns.add(new Column(name, key.type(), key.nullable()));
        } catch (Mistake mistake) {
            problems.add(mistake.problem(null));
        }
    }

    private static List<Expr> leading(GroupScope scope) {
        List<Expr> expressions = new ArrayList<>();
        for (int i = 0; i < scope.groupColumns().size(); i++) {
            Column column = scope.groupColumns().get(i);
            expressions.add(new ColumnRef(i, column.type(), column.nullable()));
        }
        if (scope.withBounds()) {
            expressions.add(scope.bound(GroupScope.WINDOW_START));
            expressions.add(scope.bound(GroupScope.WINDOW_END));
        }
        return expressions;
    }

    private static void checkDistinct(List<String> names, List<SqlProblem> problems) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                problems.add(duplicate(name));
            }
        }
    }

    private static SqlProblem duplicate(String name) {
        return Mistake.here(
                        ProblemCode.DUPLICATE_COLUMN,
                        "the output has a column '" + name + "' already, from group_by or the window")
                .problem(null);
    }

    private static Operand analyze(String sql, Scope scope, Analyzer.Aggregates aggregates, List<SqlProblem> problems) {
        try {
            ParsedSql parsed = ExpressionParser.parse(sql, scope::has);
            return new Analyzer(parsed, scope, aggregates, problems).analyze();
        } catch (Mistake mistake) {
            problems.add(mistake.problem(null));
            return Operand.BAD;
        }
    }

    private static @Nullable Expr compile(
            String sql, Scope scope, Analyzer.Aggregates aggregates, List<SqlProblem> problems) {
        return finish(analyze(sql, scope, aggregates, problems), problems);
    }

    /** Returns the value as a column can hold it, or null after noting why not. */
    private static @Nullable Expr finish(Operand operand, List<SqlProblem> problems) {
        String wrong;
        if (operand instanceof Operand.Value value) {
            if (!ExprSize.isTooLarge(value.expr())) {
                return value.expr();
            }
            wrong = "the expression is too large; split it over several stages";
        } else if (operand instanceof Operand.Bad) {
            return null;
        } else if (operand instanceof Operand.Null) {
            wrong = "NULL alone has no type; write CAST(NULL AS type)";
        } else if (operand instanceof Operand.Interval) {
            wrong = "a column cannot hold an INTERVAL; TIMESTAMPDIFF(SECOND, a, b) gives a number";
        } else {
            wrong = operand.described() + " is not a value";
        }
        ProblemCode code = operand instanceof Operand.Null ? ProblemCode.WRONG_TYPES : ProblemCode.NOT_SUPPORTED;
        problems.add(Mistake.here(code, wrong).problem(null));
        return null;
    }

    private static <T> SqlResult<T> result(@Nullable T value, List<SqlProblem> problems) {
        if (value != null && problems.isEmpty()) {
            return new SqlResult.Ok<>(value);
        }
        return new SqlResult.Failed<>(problems.stream()
                .sorted(Comparator.comparingInt(SqlProblem::line).thenComparingInt(SqlProblem::column))
                .distinct()
                .toList());
    }
}
