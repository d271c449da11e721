package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType.Scalar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spans of time: there is no column type for them, but they may be added to and subtracted from times, compared and
 * multiplied inside an expression. The difference of two times is an interval of milliseconds.
 */
final class Intervals {
    private static final long DAY_MS = 86_400_000;

    /** The units of an interval in its base unit. */
    private static final Map<String, Long> FACTORS = Map.of(
            "SECOND",
            1_000L,
            "MINUTE",
            60_000L,
            "HOUR",
            3_600_000L,
            "DAY",
            DAY_MS,
            "WEEK",
            7 * DAY_MS,
            "MONTH",
            1L,
            "QUARTER",
            3L,
            "YEAR",
            12L);

    private Intervals() {}

    /** {@code INTERVAL n MINUTE} with a computed n. */
    static Operand of(Operand count, String unit) {
        Expr number = Coercion.to(Scalar.BIGINT, count);
        Long factor = FACTORS.get(unit);
        if (number == null || factor == null) {
            throw Mistake.here(ProblemCode.WRONG_TYPES, "INTERVAL wants a whole number and a unit from SECOND to YEAR");
        }
        boolean months = unit.equals("MONTH") || unit.equals("QUARTER") || unit.equals("YEAR");
        return new Operand.Interval(
                months ? Operand.Interval.MONTH : Operand.Interval.MILLISECOND, times(number, Literal.of(factor)));
    }

    /** Returns the result when an interval or two times are involved, else null. */
    static @Nullable Operand arithmetic(Function function, Operand left, Operand right) {
        if (left instanceof Operand.Interval a && right instanceof Operand.Interval b) {
            return ofTwo(function, a, b);
        }
        if (left instanceof Operand.Interval interval) {
            return function == Function.PLUS && isTime(right)
                    ? shifted(right, interval, false)
                    : scaled(function, interval, right);
        }
        if (right instanceof Operand.Interval interval) {
            if (isTime(left) && (function == Function.PLUS || function == Function.MINUS)) {
                return shifted(left, interval, function == Function.MINUS);
            }
            return function == Function.TIMES ? scaled(function, interval, left) : refuse();
        }
        return function == Function.MINUS && isTime(left) && isTime(right) ? difference(left, right) : null;
    }

    private static Operand ofTwo(Function function, Operand.Interval a, Operand.Interval b) {
        if (!a.unit().equals(b.unit()) || (function != Function.PLUS && function != Function.MINUS)) {
            return refuse();
        }
        return new Operand.Interval(a.unit(), CallSite.strict(function, Scalar.BIGINT, a.count(), b.count()));
    }

    private static Operand scaled(Function function, Operand.Interval interval, Operand factor) {
        Expr number = Coercion.to(Scalar.BIGINT, factor);
        if (number == null || (function != Function.TIMES && function != Function.DIVIDE)) {
            return refuse();
        }
        Expr count = function == Function.TIMES
                ? times(interval.count(), number)
                : CallSite.strict(function, Scalar.BIGINT, interval.count(), number);
        return new Operand.Interval(interval.unit(), count);
    }

    private static Expr times(Expr a, Expr b) {
        if (a instanceof Literal x
                && b instanceof Literal y
                && x.value() instanceof Long m
                && y.value() instanceof Long n) {
            try {
                return Literal.of(Math.multiplyExact(m, n));
            } catch (ArithmeticException e) {
                throw Mistake.here(ProblemCode.BAD_LITERAL, "the interval is out of range");
            }
        }
        return CallSite.strict(Function.TIMES, Scalar.BIGINT, a, b);
    }

    static Operand negated(Operand.Interval interval) {
        return new Operand.Interval(interval.unit(), negated(interval.count()));
    }

    private static Expr negated(Expr count) {
        return count instanceof Literal literal && literal.value() instanceof Long number && number != Long.MIN_VALUE
                ? Literal.of(-number)
                : CallSite.strict(Function.NEGATE, Scalar.BIGINT, count);
    }

    private static boolean isTime(Operand operand) {
        return operand instanceof Operand.Value value
                && (value.type() == Scalar.TIMESTAMP || value.type() == Scalar.DATE);
    }

    private static Operand shifted(Operand time, Operand.Interval interval, boolean back) {
        Expr at = ((Operand.Value) time).expr();
        Expr count = back ? negated(interval.count()) : interval.count();
        String unit = interval.unit();
        if (at.type() == Scalar.DATE && unit.equals(Operand.Interval.MILLISECOND)) {
            if (!(count instanceof Literal literal && literal.value() instanceof Long ms && ms % DAY_MS == 0)) {
                throw Mistake.here(
                        ProblemCode.WRONG_TYPES,
                        "a DATE moves by whole days, months or years; write CAST(... AS TIMESTAMP) to add less");
            }
            unit = "DAY";
            count = Literal.of(ms / DAY_MS);
        }
        return CallSite.call(Function.TIMESTAMP_ADD, at.type(), Literal.of(unit), count, at);
    }

    private static Operand difference(Operand left, Operand right) {
        return new Operand.Interval(
                Operand.Interval.MILLISECOND,
                CallSite.strict(
                        Function.TIMESTAMP_DIFF,
                        Scalar.BIGINT,
                        Literal.of(Operand.Interval.MILLISECOND),
                        Operators.coerced(Scalar.TIMESTAMP, right),
                        Operators.coerced(Scalar.TIMESTAMP, left)));
    }

    private static Operand refuse() {
        throw Mistake.here(
                ProblemCode.WRONG_TYPES,
                "an INTERVAL is added to or subtracted from a TIMESTAMP or DATE, compared with another, or multiplied by a"
                        + " whole number");
    }
}
