package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Cast;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the coercions that SQL leaves unsaid: each becomes a {@link Cast}, or a literal of the wanted type. */
final class Coercion {

    private Coercion() {}

    /** Returns the operand as this type, or null when only a CAST can make it so. */
    static @Nullable Expr to(DataType type, Operand operand) {
        if (operand instanceof Operand.Null) {
            return new Literal(type, null);
        }
        if (!(operand instanceof Operand.Value value)) {
            return null;
        }
        DataType from = value.type();
        if (from.equals(type)) {
            return value.expr();
        }
        if (Types.isTemporal(type) && from == Scalar.VARCHAR && value.expr() instanceof Literal text) {
            return text.value() instanceof String iso
                    ? TemporalText.parse((Scalar) type, iso)
                    : new Literal(type, null);
        }
        boolean widens = Types.isNumber(from) && Types.isNumber(type) && rank(from) <= rank(type);
        boolean dateToTimestamp = from == Scalar.DATE && type == Scalar.TIMESTAMP;
        if (!widens && !dateToTimestamp) {
            return null;
        }
        return value.expr() instanceof Literal literal && widens
                ? number(type, literal)
                : new Cast(value.expr(), type, false, value.expr().nullable());
    }

    private static int rank(DataType type) {
        if (type instanceof Decimal) {
            return 2;
        }
        return type == Scalar.INTEGER ? 0 : type == Scalar.BIGINT ? 1 : 3;
    }

    private static Expr number(DataType type, Literal literal) {
        if (!(literal.value() instanceof Number number)) {
            return new Literal(type, null);
        }
        if (type instanceof Decimal decimal) {
            BigDecimal exact = decimal(number).setScale(decimal.scale(), RoundingMode.HALF_UP);
            return exact.precision() <= decimal.precision() || exact.signum() == 0
                    ? new Literal(type, exact)
                    : new Cast(literal, type, false, false);
        }
        return new Literal(type, type == Scalar.BIGINT ? (Number) number.longValue() : (Number) number.doubleValue());
    }

    static BigDecimal decimal(Number number) {
        return number instanceof BigDecimal exact ? exact : BigDecimal.valueOf(number.longValue());
    }

    /** Returns the DECIMAL form of a whole number or decimal; a literal takes no more digits than it has. */
    static Expr asDecimal(Expr number) {
        if (number.type() instanceof Decimal) {
            return number;
        }
        if (number instanceof Literal literal && literal.value() instanceof Number value) {
            BigDecimal exact = decimal(value);
            return new Literal(new Decimal(Math.max(1, exact.precision()), 0), exact);
        }
        return new Cast(number, Types.decimalOf(number.type()), false, number.nullable());
    }

    /**
     * Returns the type that all operands can take, or null when there is none. NULLs and texts that may be read as dates
     * follow the others; all NULL gives null.
     */
    static @Nullable DataType common(List<Operand> operands) {
        boolean decimals = operands.stream()
                .anyMatch(operand -> operand instanceof Operand.Value value && value.type() instanceof Decimal);
        DataType common = null;
        boolean textLiterals = false;
        for (Operand operand : operands) {
            if (operand instanceof Operand.Null) {
                continue;
            }
            if (!(operand instanceof Operand.Value value)) {
                return null;
            }
            if (value.type() == Scalar.VARCHAR && value.expr() instanceof Literal) {
                textLiterals = true;
                continue;
            }
            boolean shortLiteral = decimals && value.expr() instanceof Literal && Types.isWhole(value.type());
            DataType type = shortLiteral ? asDecimal(value.expr()).type() : value.type();
            common = common == null ? type : Types.common(common, type);
            if (common == null) {
                return null;
            }
        }
        if (!textLiterals) {
            return common;
        }
        return common == null || common == Scalar.VARCHAR ? Scalar.VARCHAR : Types.isTemporal(common) ? common : null;
    }
}
