package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.math.BigDecimal;
import java.util.Locale;
import org.apache.calcite.sql.SqlIntervalLiteral;
import org.apache.calcite.sql.SqlIntervalLiteral.IntervalValue;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.parser.SqlParserUtil;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.BitString;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/** Constants: {@code 1} is INTEGER (BIGINT or DECIMAL where it needs more), {@code 1.5} DECIMAL(2,1), {@code 1e3} DOUBLE. */
final class Literals {

    private Literals() {}

    static Operand of(SqlLiteral literal) {
        if (literal instanceof SqlIntervalLiteral) {
            return interval(literal.getValueAs(IntervalValue.class));
        }
        if (literal instanceof SqlUnknownLiteral unknown) {
            return new Operand.Value(temporal(unknown));
        }
        Object value = literal.getValue();
        return switch (literal.getTypeName()) {
            case NULL -> Operand.NULL;
            case BOOLEAN -> new Operand.Value(new Literal(Scalar.BOOLEAN, value));
            case DECIMAL, DOUBLE ->
                new Operand.Value(number(literal.bigDecimalValue(), literal.getTypeName() == SqlTypeName.DOUBLE));
            case CHAR, VARCHAR -> new Operand.Value(Literal.of(((NlsString) required(value)).getValue()));
            case BINARY -> new Operand.Value(bytes((BitString) required(value)));
            case SYMBOL -> new Operand.Keyword(String.valueOf(value).toUpperCase(Locale.ROOT));
            default -> throw Mistake.here(ProblemCode.NOT_SUPPORTED, "this kind of literal is not supported");
        };
    }

    private static Object required(@Nullable Object value) {
        if (value == null) {
            throw Mistake.here(ProblemCode.BAD_LITERAL, "this literal has no value");
        }
        return value;
    }

    private static Literal number(@Nullable BigDecimal value, boolean approximate) {
        BigDecimal exact = (BigDecimal) required(value);
        if (approximate) {
            double number = exact.doubleValue();
            if (Double.isInfinite(number)) {
                throw Mistake.here(ProblemCode.BAD_LITERAL, "the number is out of the range of DOUBLE");
            }
            return new Literal(Scalar.DOUBLE, number);
        }
        if (exact.scale() <= 0) {
            return whole(exact);
        }
        int precision = Math.max(exact.precision(), exact.scale());
        if (precision > Decimal.MAX_PRECISION) {
            throw tooManyDigits();
        }
        return new Literal(new Decimal(precision, exact.scale()), exact);
    }

    static Literal whole(BigDecimal value) {
        if (value.precision() - value.scale() > Decimal.MAX_PRECISION) {
            throw tooManyDigits();
        }
        BigDecimal exact = value.setScale(0);
        if (exact.precision() > 19 || exact.toBigInteger().bitLength() > 63) {
            return new Literal(new Decimal(exact.precision(), 0), exact);
        }
        long number = exact.longValueExact();
        return number == (int) number ? new Literal(Scalar.INTEGER, (int) number) : Literal.of(number);
    }

    private static Mistake tooManyDigits() {
        return Mistake.here(
                ProblemCode.BAD_LITERAL,
                "the number has more than " + Decimal.MAX_PRECISION
                        + " digits; write it with an exponent to have a DOUBLE");
    }

    private static Literal bytes(BitString bits) {
        if (bits.getBitCount() % 8 != 0) {
            throw Mistake.here(
                    ProblemCode.BAD_LITERAL, "a VARBINARY literal needs an even number of hexadecimal digits");
        }
        return new Literal(Scalar.VARBINARY, bits.getAsByteArray());
    }

    private static Literal temporal(SqlUnknownLiteral literal) {
        String text = String.valueOf(literal.getValue());
        return switch (literal.tag) {
            case "DATE" -> TemporalText.parse(Scalar.DATE, text);
            case "TIME" -> TemporalText.parse(Scalar.TIME, text);
            case "TIMESTAMP" -> TemporalText.parse(Scalar.TIMESTAMP, text);
            default ->
                throw Mistake.here(
                        ProblemCode.NOT_SUPPORTED,
                        "there is no type " + literal.tag + "; TIMESTAMP is an instant in UTC");
        };
    }

    private static Operand interval(@Nullable IntervalValue value) {
        IntervalValue interval = (IntervalValue) required(value);
        SqlIntervalQualifier qualifier = interval.getIntervalQualifier();
        try {
            return qualifier.isYearMonth()
                    ? new Operand.Interval(Operand.Interval.MONTH, Literal.of(SqlParserUtil.intervalToMonths(interval)))
                    : new Operand.Interval(
                            Operand.Interval.MILLISECOND, Literal.of(SqlParserUtil.intervalToMillis(interval)));
        } catch (RuntimeException e) {
            throw Mistake.here(
                    ProblemCode.BAD_LITERAL,
                    "'" + interval.getIntervalLiteral() + "' is not an interval of " + qualifier);
        }
    }
}
