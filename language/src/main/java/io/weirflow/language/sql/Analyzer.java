package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Field;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.language.problem.Suggestions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlBetweenOperator;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.jspecify.annotations.Nullable;

/** One walk over a syntax tree, from the leaves up: names and types are resolved, every mistake is noted. */
final class Analyzer {
    private static final int MAX_DEPTH = 400;

    private final ParsedSql parsed;
    private final Scope scope;
    private final Aggregates aggregates;
    private final List<SqlProblem> problems;
    private int depth;

    /**
     * @param aggregates what becomes of an aggregate call
     * @param problems where mistakes are noted
     */
    Analyzer(ParsedSql parsed, Scope scope, Aggregates aggregates, List<SqlProblem> problems) {
        this.parsed = parsed;
        this.scope = scope;
        this.aggregates = aggregates;
        this.problems = problems;
    }

    /** Decides about aggregate calls. */
    interface Aggregates {
        /**
         * Returns the value of an aggregate call in the scope's row.
         *
         * @param caller the analyzer that met it
         * @throws Mistake when there may be none here
         */
        Operand aggregate(Analyzer caller, SqlCall call);
    }

    /** Returns an analyzer of the same text over other columns. */
    Analyzer over(Scope other, Aggregates otherAggregates) {
        return new Analyzer(parsed, other, otherAggregates, problems);
    }

    Operand analyze() {
        return analyze(parsed.node());
    }

    Operand analyze(@Nullable SqlNode node) {
        if (node == null) {
            return Operand.NULL;
        }
        try {
            if (++depth > MAX_DEPTH) {
                throw Mistake.at(node, ProblemCode.NOT_SUPPORTED, "the expression is nested too deeply");
            }
            return dispatch(node);
        } catch (Mistake mistake) {
            problems.add(mistake.problem(node));
            return Operand.BAD;
        } finally {
            depth--;
        }
    }

    private Operand dispatch(SqlNode node) {
        if (node instanceof SqlIdentifier identifier) {
            return identifier(identifier);
        }
        if (node instanceof SqlIntervalQualifier qualifier) {
            String frame = qualifier.timeFrameName;
            return new Operand.Unit((frame == null
                            ? qualifier.timeUnitRange.name()
                            : parsed.names().real(frame))
                    .toUpperCase(Locale.ROOT));
        }
        if (node instanceof SqlDataTypeSpec type) {
            return new Operand.TypeName(TypeSpecs.of(type));
        }
        if (node instanceof SqlLiteral literal) {
            return Literals.of(literal);
        }
        if (node instanceof SqlNodeList list) {
            return new Operand.ListOf(analyzeAll(list.getList()));
        }
        if (node instanceof SqlCall call) {
            return call(call);
        }
        throw Mistake.here(ProblemCode.NOT_SUPPORTED, "this is not supported in an expression");
    }

    private List<Operand> analyzeAll(List<? extends @Nullable SqlNode> nodes) {
        List<Operand> operands = new ArrayList<>(nodes.size());
        for (SqlNode node : nodes) {
            operands.add(analyze(node));
        }
        return operands;
    }

    // Names.

    private Operand identifier(SqlIdentifier identifier) {
        if (identifier.isStar()) {
            throw Mistake.here(ProblemCode.NOT_SUPPORTED, "'*' stands for no value; name the columns");
        }
        List<String> names = identifier.names.stream().map(parsed.names()::real).toList();
        String first = names.get(0);
        if (!scope.has(first)) {
            Refusals.checkName(first);
            if (identifier.isComponentQuoted(0)) {
                throw unknownQuoted(first);
            }
        }
        Expr expr = scope.resolve(first);
        for (int i = 1; i < names.size(); i++) {
            expr = field(expr, names.get(i));
        }
        return new Operand.Value(expr);
    }

    private Mistake unknownQuoted(String name) {
        try {
            scope.resolve(name);
        } catch (Mistake mistake) {
            SqlProblem problem = mistake.problem(null);
            if (problem.suggestion().isEmpty()) {
                return Mistake.here(
                        ProblemCode.UNKNOWN_COLUMN,
                        "unknown column '" + name + "'; a text is written in single quotes",
                        "'" + name.replace("'", "''") + "'");
            }
            return mistake;
        }
        return Mistake.here(ProblemCode.UNKNOWN_COLUMN, "unknown column '" + name + "'");
    }

    private static Expr field(Expr row, String name) {
        if (!(row.type() instanceof DataType.RowOf nested)) {
            boolean isMap = row.type() instanceof DataType.MapOf;
            throw Mistake.here(
                    ProblemCode.WRONG_TYPES,
                    row.type().sql() + " has no field '" + name + "'" + (isMap ? "; write ['" + name + "']" : ""));
        }
        RowType fields = nested.rowType();
        int index = fields.indexOf(name);
        if (index < 0) {
            throw Mistake.here(
                    ProblemCode.UNKNOWN_COLUMN,
                    "unknown field '" + name + "'",
                    Suggestions.nearest(name, Scope.names(fields)));
        }
        Column column = fields.column(index);
        return new Field(row, index, column.type(), row.nullable() || column.nullable());
    }

    // Calls.

    private Operand call(SqlCall call) {
        if (AggregateRules.isAggregate(call)) {
            return aggregates.aggregate(this, call);
        }
        SqlKind kind = call.getKind();
        Refusals.checkKind(call);
        if (kind == SqlKind.AND || kind == SqlKind.OR || isConcat(call)) {
            return chain(call);
        }
        if (kind == SqlKind.CASE) {
            return Conditionals.caseOf(this, (SqlCase) call);
        }
        if (kind == SqlKind.DOT) {
            return dot(call);
        }
        if (kind == SqlKind.LITERAL_CHAIN) {
            return analyze(SqlLiteral.unchain(call));
        }
        SqlOperator operator = call.getOperator();
        boolean isFunction = operator instanceof SqlFunction;
        String name = parsed.names().real(operator.getName()).toUpperCase(Locale.ROOT);
        if (isFunction) {
            checkFunction(call, name);
        }
        List<Operand> operands = analyzeAll(call.getOperandList());
        if (containsBad(operands)) {
            return Operand.BAD;
        }
        return operator(call, operands, new CallSite(name, operands));
    }

    private static void checkFunction(SqlCall call, String name) {
        Refusals.checkName(name);
        if (call.getFunctionQuantifier() != null) {
            throw Mistake.here(ProblemCode.WRONG_TYPES, name + " takes no DISTINCT or ALL");
        }
        if (call.getOperandList().stream().anyMatch(node -> node instanceof SqlIdentifier id && id.isStar())) {
            throw Mistake.here(ProblemCode.WRONG_TYPES, name + " takes no '*'");
        }
        if (!Functions.has(name)) {
            throw Functions.unknown(name);
        }
    }

    static boolean containsBad(List<Operand> operands) {
        return operands.stream()
                .anyMatch(operand -> operand instanceof Operand.Bad
                        || (operand instanceof Operand.ListOf list && containsBad(list.items())));
    }

    private static boolean isConcat(SqlCall call) {
        return call.getOperator().getName().equals("||");
    }

    /** Chains of one operator lean to the left; they are walked in a loop, so that long ones need no deep stack. */
    private Operand chain(SqlCall call) {
        List<SqlNode> nodes = new ArrayList<>();
        SqlNode node = call;
        while (node instanceof SqlCall link
                && link.operandCount() == 2
                && link.getOperator().getName().equals(call.getOperator().getName())) {
            nodes.add(link.operand(1));
            node = link.operand(0);
        }
        nodes.add(node);
        Collections.reverse(nodes);
        List<Operand> operands = analyzeAll(nodes);
        if (containsBad(operands)) {
            return Operand.BAD;
        }
        return switch (call.getKind()) {
            case AND -> Operators.logic(Function.AND, operands);
            case OR -> Operators.logic(Function.OR, operands);
            default -> Functions.apply(new CallSite("CONCAT", operands));
        };
    }

    private Operand dot(SqlCall call) {
        Operand row = analyze(call.operand(0));
        if (row instanceof Operand.Bad || !(call.operand(1) instanceof SqlIdentifier name)) {
            return Operand.BAD;
        }
        return new Operand.Value(
                field(new CallSite("'.'", List.of(row)).value(0), parsed.names().real(name.getSimple())));
    }

    private Operand operator(SqlCall call, List<Operand> operands, CallSite site) {
        return switch (call.getKind()) {
            case NOT -> Operators.not(operands.get(0));
            case IS_NULL -> Operators.test(Function.IS_NULL, operands.get(0));
            case IS_NOT_NULL -> Operators.test(Function.IS_NOT_NULL, operands.get(0));
            case IS_TRUE -> Operators.test(Function.IS_TRUE, operands.get(0));
            case IS_NOT_TRUE -> Operators.test(Function.IS_NOT_TRUE, operands.get(0));
            case IS_FALSE -> Operators.test(Function.IS_FALSE, operands.get(0));
            case IS_NOT_FALSE -> Operators.test(Function.IS_NOT_FALSE, operands.get(0));
            case EQUALS -> compare(Function.EQ, "=", operands);
            case NOT_EQUALS -> compare(Function.NE, "<>", operands);
            case LESS_THAN -> compare(Function.LT, "<", operands);
            case LESS_THAN_OR_EQUAL -> compare(Function.LE, "<=", operands);
            case GREATER_THAN -> compare(Function.GT, ">", operands);
            case GREATER_THAN_OR_EQUAL -> compare(Function.GE, ">=", operands);
            case IS_DISTINCT_FROM -> compare(Function.IS_DISTINCT_FROM, "IS DISTINCT FROM", operands);
            case IS_NOT_DISTINCT_FROM -> compare(Function.IS_NOT_DISTINCT_FROM, "IS NOT DISTINCT FROM", operands);
            case IN -> Operators.in(false, operands.get(0), list(operands.get(1)));
            case NOT_IN -> Operators.in(true, operands.get(0), list(operands.get(1)));
            case BETWEEN -> between((SqlBetweenOperator) call.getOperator(), operands);
            case LIKE -> like((SqlLikeOperator) call.getOperator(), site);
            case PLUS -> arithmetic(Function.PLUS, "+", operands);
            case MINUS -> minus(operands);
            case TIMES -> arithmetic(Function.TIMES, "*", operands);
            case DIVIDE -> arithmetic(Function.DIVIDE, "/", operands);
            case MOD -> arithmetic(Function.MOD, "%", operands);
            case MINUS_PREFIX ->
                operands.get(0) instanceof Operand.Interval interval
                        ? Intervals.negated(interval)
                        : Operators.negate(operands.get(0));
            case PLUS_PREFIX -> operands.get(0);
            case CAST -> Casts.cast(operands.get(0), type(operands.get(1)), false);
            case SAFE_CAST -> Casts.cast(operands.get(0), type(operands.get(1)), true);
            case INTERVAL -> Intervals.of(operands.get(0), ((Operand.Unit) operands.get(1)).name());
            case ARRAY_VALUE_CONSTRUCTOR -> Functions.apply(new CallSite("ARRAY", operands));
            case ITEM -> Functions.apply(new CallSite("ITEM", operands));
            default -> other(call, site);
        };
    }

    private static Operand other(SqlCall call, CallSite site) {
        if (!(call.getOperator() instanceof SqlFunction) && !site.name().equals("ITEM")) {
            throw Mistake.here(ProblemCode.NOT_SUPPORTED, "the operator " + site.name() + " is not supported");
        }
        return Functions.apply(site);
    }

    private static DataType type(Operand operand) {
        if (operand instanceof Operand.TypeName name) {
            return name.type();
        }
        throw Mistake.here(ProblemCode.NOT_SUPPORTED, "a value cannot be cast to " + operand.described());
    }

    private static List<Operand> list(Operand operand) {
        return operand instanceof Operand.ListOf list ? list.items() : List.of(operand);
    }

    private static Operand compare(Function function, String symbol, List<Operand> operands) {
        return Operators.compare(function, symbol, operands.get(0), operands.get(1));
    }

    private static Operand arithmetic(Function function, String symbol, List<Operand> operands) {
        Operand times = Intervals.arithmetic(function, operands.get(0), operands.get(1));
        return times != null ? times : Operators.arithmetic(function, symbol, operands.get(0), operands.get(1));
    }

    private static Operand minus(List<Operand> operands) {
        if (operands.size() == 3) {
            throw Mistake.here(
                    ProblemCode.NOT_SUPPORTED, "write TIMESTAMPDIFF(SECOND, a, b) for a difference of times");
        }
        return arithmetic(Function.MINUS, "-", operands);
    }

    private static Operand between(SqlBetweenOperator operator, List<Operand> operands) {
        return Operators.between(
                operator.isNegated(),
                operator.flag == SqlBetweenOperator.Flag.SYMMETRIC,
                operands.get(0),
                operands.get(1),
                operands.get(2));
    }

    private static Operand like(SqlLikeOperator operator, CallSite site) {
        if (!operator.isCaseSensitive()) {
            throw Mistake.here(ProblemCode.NOT_SUPPORTED, "ILIKE is not supported; write LOWER(x) LIKE 'pattern'");
        }
        Operand like = Functions.apply(new CallSite("LIKE", site.arguments()));
        return operator.isNegated() ? Operators.not(like) : like;
    }
}
