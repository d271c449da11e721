package io.weirflow.language.sql;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.type.DataType.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.jspecify.annotations.Nullable;

/** Collects the aggregate calls of a stage; equal calls share one place in the inner row. */
final class GroupAggregates implements Analyzer.Aggregates {

    /** Where there may be no aggregate: in expressions over single rows. */
    static final Analyzer.Aggregates NOWHERE = (caller, call) -> {
        throw Mistake.here(
                ProblemCode.MISPLACED_AGGREGATE,
                "an aggregate stands only in 'select' of a stage with 'group_by' or 'window'");
    };

    /** Inside the arguments of an aggregate. */
    private static final Analyzer.Aggregates NOT_NESTED = (caller, call) -> {
        throw Mistake.here(
                ProblemCode.MISPLACED_AGGREGATE,
                "an aggregate cannot stand inside another; aggregate twice in two stages");
    };

    private final GroupScope group;
    private final Scope row;
    private final List<AggregateCall> calls = new ArrayList<>();

    GroupAggregates(GroupScope group) {
        this.group = group;
        this.row = new Scope.OfRow(group.input());
    }

    List<AggregateCall> calls() {
        return calls;
    }

    @Override
    public Operand aggregate(Analyzer caller, SqlCall call) {
        Analyzer rows = caller.over(row, NOT_NESTED);
        Expr filter = null;
        SqlCall inner = call;
        boolean filtered = call.getKind() == SqlKind.FILTER;
        boolean bad = false;
        if (filtered) {
            Operand condition = rows.analyze(call.operand(1));
            bad = condition instanceof Operand.Bad;
            filter = bad ? null : booleanFilter(call.operand(1), condition);
            inner = call.operand(0);
        }
        Operand.Value value = plain(rows, inner, filter);
        return value == null || bad ? Operand.BAD : value;
    }

    private static Expr booleanFilter(SqlNode node, Operand condition) {
        Expr expr = Coercion.to(Scalar.BOOLEAN, condition);
        if (expr == null) {
            throw Mistake.at(
                    node, ProblemCode.NOT_BOOLEAN, "FILTER (WHERE ...) wants BOOLEAN, not " + condition.described());
        }
        return expr;
    }

    /** Returns the call without its FILTER, or null when a mistake in its arguments has been noted. */
    private Operand.@Nullable Value plain(Analyzer rows, SqlCall call, @Nullable Expr filter) {
        SqlCall inner = call;
        SqlNode orderedBy = null;
        if (inner.getKind() == SqlKind.IGNORE_NULLS) {
            inner = inner.operand(0);
        }
        if (inner.getKind() == SqlKind.WITHIN_GROUP) {
            orderedBy = soleOrder(inner.operand(1));
            inner = inner.operand(0);
        }
        if (!AggregateRules.isAggregate(inner) || inner.operandCount() > 0 && isWrapper(inner)) {
            throw Mistake.at(
                    inner,
                    ProblemCode.NOT_SUPPORTED,
                    "this form of aggregate is not supported; there are f(x), f(DISTINCT x) and FILTER (WHERE ...)");
        }
        String name = AggregateRules.nameOf(inner);
        AggregateRules.function(name);
        checkOrder(name, orderedBy);
        boolean star = inner.operandCount() == 1 && inner.operand(0) instanceof SqlIdentifier id && id.isStar();
        List<Operand> arguments = star ? List.of() : arguments(rows, inner, orderedBy);
        if (Analyzer.containsBad(arguments)) {
            return null;
        }
        boolean distinct = inner.getFunctionQuantifier() != null
                && inner.getFunctionQuantifier().getValue() == SqlSelectKeyword.DISTINCT;
        return shared(AggregateRules.call(
                new CallSite(name, arguments),
                star,
                distinct,
                filter,
                !group.groupColumns().isEmpty()));
    }

    private static boolean isWrapper(SqlCall call) {
        return call.getKind() == SqlKind.RESPECT_NULLS
                || call.getKind() == SqlKind.FILTER
                || call.getKind() == SqlKind.IGNORE_NULLS
                || call.getKind() == SqlKind.WITHIN_DISTINCT
                || call.getKind() == SqlKind.WITHIN_GROUP;
    }

    private static void checkOrder(String name, @Nullable SqlNode orderedBy) {
        if (name.equals("PERCENTILE_CONT") != (orderedBy != null)) {
            throw Mistake.here(
                    ProblemCode.WRONG_TYPES,
                    orderedBy != null
                            ? name + " takes no WITHIN GROUP"
                            : "PERCENTILE_CONT is written PERCENTILE_CONT(0.99) WITHIN GROUP (ORDER BY x)");
        }
    }

    private static SqlNode soleOrder(SqlNode order) {
        if (order instanceof SqlNodeList list && list.size() == 1 && list.get(0).getKind() != SqlKind.DESCENDING) {
            return list.get(0);
        }
        throw Mistake.at(order, ProblemCode.NOT_SUPPORTED, "WITHIN GROUP takes one ascending ORDER BY");
    }

    private static List<Operand> arguments(Analyzer rows, SqlCall call, @Nullable SqlNode orderedBy) {
        List<Operand> arguments = new ArrayList<>();
        if (orderedBy != null) {
            arguments.add(rows.analyze(orderedBy));
        }
        for (SqlNode operand : call.getOperandList()) {
            arguments.add(rows.analyze(operand));
        }
        return arguments;
    }

    private Operand.Value shared(AggregateCall call) {
        boolean tooLarge = call.arguments().stream().anyMatch(ExprSize::isTooLarge)
                || (call.filter() != null && ExprSize.isTooLarge(call.filter()));
        if (tooLarge) {
            throw Mistake.here(ProblemCode.NOT_SUPPORTED, "the expression is too large; split it over several stages");
        }
        int index = calls.indexOf(call);
        if (index < 0) {
            index = calls.size();
            calls.add(call);
        }
        return new Operand.Value(new ColumnRef(group.firstAggregate() + index, call.type(), call.nullable()));
    }
}
