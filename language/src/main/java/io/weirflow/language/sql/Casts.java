package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Cast;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;

/** CAST and TRY_CAST: which types convert to which. */
final class Casts {

    private Casts() {}

    static Operand cast(Operand operand, DataType to, boolean safe) {
        if (operand instanceof Operand.Null) {
            return new Operand.Value(new Literal(to, null));
        }
        if (!(operand instanceof Operand.Value value)) {
            throw Mistake.here(
                    ProblemCode.WRONG_TYPES,
                    operand.described() + " cannot be cast"
                            + (operand instanceof Operand.Interval
                                    ? "; TIMESTAMPDIFF(SECOND, a, b) gives a BIGINT"
                                    : ""));
        }
        return new Operand.Value(cast(value.expr(), to, safe));
    }

    static Expr cast(Expr expr, DataType to, boolean safe) {
        DataType from = expr.type();
        if (from.equals(to)) {
            return expr;
        }
        if (!possible(from, to)) {
            throw Mistake.here(
                    ProblemCode.WRONG_TYPES, from.sql() + " cannot be cast to " + to.sql() + advice(from, to));
        }
        return new Cast(expr, to, safe, expr.nullable() || safe);
    }

    private static boolean possible(DataType from, DataType to) {
        if (Types.isNumber(from)) {
            return Types.isNumber(to) || to == Scalar.VARCHAR || (Types.isWhole(from) && to == Scalar.BOOLEAN);
        }
        if (!(from instanceof Scalar scalar)) {
            return false;
        }
        return switch (scalar) {
            case VARCHAR -> to instanceof Scalar || Types.isNumber(to);
            case TIMESTAMP -> to == Scalar.VARCHAR || to == Scalar.DATE || to == Scalar.TIME;
            case BOOLEAN -> to == Scalar.VARCHAR || Types.isWhole(to);
            case DATE -> to == Scalar.VARCHAR || to == Scalar.TIMESTAMP;
            default -> to == Scalar.VARCHAR;
        };
    }

    private static String advice(DataType from, DataType to) {
        if (from == Scalar.TIMESTAMP && Types.isNumber(to)) {
            return "; write UNIX_MILLIS(x)";
        }
        if (Types.isWhole(from) && to == Scalar.TIMESTAMP) {
            return "; write FROM_UNIX_MILLIS(x)";
        }
        return "";
    }
}
