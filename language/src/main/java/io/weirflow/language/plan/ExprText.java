package io.weirflow.language.plan;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.stream.Collectors;

/** Writes expressions for people to read. */
final class ExprText {

    private final RowType input;

    ExprText(RowType input) {
        this.input = input;
    }

    String of(Expr expr) {
        if (expr instanceof Expr.ColumnRef column) {
            return column.index() < input.size() ? input.column(column.index()).name() : "#" + column.index();
        }
        if (expr instanceof Expr.Literal literal) {
            return literal.value() instanceof String text ? "'" + text + "'" : String.valueOf(literal.value());
        }
        if (expr instanceof Expr.Call call) {
            return call.function() + "(" + list(call.arguments()) + ")";
        }
        if (expr instanceof Expr.Cast cast) {
            String name = cast.safe() ? "TRY_CAST" : "CAST";
            return name + "(" + of(cast.operand()) + " AS " + cast.type().sql() + ")";
        }
        if (expr instanceof Expr.Case choice) {
            String branches = choice.branches().stream()
                    .map(branch -> " WHEN " + of(branch.condition()) + " THEN " + of(branch.result()))
                    .collect(Collectors.joining());
            return "CASE" + branches + " ELSE " + of(choice.otherwise()) + " END";
        }
        Expr.Field field = (Expr.Field) expr;
        return of(field.row()) + "." + field.index();
    }

    String of(AggregateCall call) {
        String distinct = call.distinct() ? "DISTINCT " : "";
        String filter = call.filter() == null ? "" : " FILTER " + of(call.filter());
        return call.function() + "(" + distinct + list(call.arguments()) + ")" + filter;
    }

    String list(List<Expr> expressions) {
        return expressions.stream().map(this::of).collect(Collectors.joining(", "));
    }
}
