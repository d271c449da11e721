package io.weirflow.language.sql;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A short text of a tree, for tables of tests. Literals other than INTEGER, VARCHAR and BOOLEAN show their type. */
final class ExprText {
    private final @Nullable RowType row;

    private ExprText(@Nullable RowType row) {
        this.row = row;
    }

    /** Shows columns by their names. */
    static String of(Expr expr, RowType row) {
        return new ExprText(row).text(expr);
    }

    /** Shows columns by their places: {@code $0}. */
    static String of(Expr expr) {
        return new ExprText(null).text(expr);
    }

    static String of(AggregateCall call, RowType row) {
        return call.function() + "(" + (call.distinct() ? "DISTINCT " : "")
                + new ExprText(row).join(call.arguments()) + ")"
                + (call.filter() == null ? "" : " FILTER " + of(call.filter(), row))
                + " " + call.type().sql() + (call.nullable() ? "" : " NOT NULL");
    }

    private String text(Expr expr) {
        if (expr instanceof Expr.ColumnRef column) {
            return row == null
                    ? "$" + column.index()
                    : row.column(column.index()).name();
        } else if (expr instanceof Expr.Literal literal) {
            return literal(literal);
        } else if (expr instanceof Expr.Call call) {
            return call.function() + "(" + join(call.arguments()) + ")";
        } else if (expr instanceof Expr.Cast cast) {
            return (cast.safe() ? "TRY_CAST(" : "CAST(") + text(cast.operand()) + " AS "
                    + cast.type().sql() + ")";
        } else if (expr instanceof Expr.Field field) {
            DataType.RowOf nested = (DataType.RowOf) field.row().type();
            return text(field.row()) + "."
                    + nested.rowType().column(field.index()).name();
        }
        Expr.Case choice = (Expr.Case) expr;
        return "CASE("
                + choice.branches().stream()
                        .map(branch -> text(branch.condition()) + " -> " + text(branch.result()))
                        .collect(Collectors.joining(", "))
                + ", " + text(choice.otherwise()) + ")";
    }

    private String join(List<Expr> expressions) {
        return expressions.stream().map(this::text).collect(Collectors.joining(", "));
    }

    private static String literal(Expr.Literal literal) {
        Object value = literal.value();
        String shown = value instanceof String text
                ? "'" + text + "'"
                : value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
        boolean plain = value != null
                && (literal.type() == Scalar.INTEGER
                        || literal.type() == Scalar.VARCHAR
                        || literal.type() == Scalar.BOOLEAN);
        return plain ? shown : shown + ":" + literal.type().sql();
    }
}
