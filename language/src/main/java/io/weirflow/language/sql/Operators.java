package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Call;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The types of logic, comparison and arithmetic. */
final class Operators {

    private Operators() {}

    static Expr bool(String operator, Operand operand) {
        Expr expr = Coercion.to(Scalar.BOOLEAN, operand);
        if (expr == null) {
            throw Mistake.here(ProblemCode.WRONG_TYPES, operator + " wants BOOLEAN, not " + operand.described());
        }
        return expr;
    }

    /** AND and OR. */
    static Operand logic(Function function, List<Operand> operands) {
        List<Expr> arguments = new ArrayList<>();
        for (Operand operand : operands) {
            Expr expr = bool(function.name(), operand);
            if (expr instanceof Call call && call.function() == function) {
                arguments.addAll(call.arguments());
            } else {
                arguments.add(expr);
            }
        }
        return CallSite.call(function, Scalar.BOOLEAN, arguments.toArray(Expr[]::new));
    }

    static Operand not(Operand operand) {
        return CallSite.call(Function.NOT, Scalar.BOOLEAN, bool("NOT", operand));
    }

    /** IS [NOT] NULL, TRUE, FALSE: never NULL itself. */
    static Operand test(Function function, Operand operand) {
        Expr expr;
        if (function == Function.IS_NULL || function == Function.IS_NOT_NULL) {
            if (operand instanceof Operand.Null) {
                return new Operand.Value(Literal.of(function == Function.IS_NULL));
            }
            expr = new CallSite(function == Function.IS_NULL ? "IS NULL" : "IS NOT NULL", List.of(operand)).value(0);
        } else {
            expr = bool(function.name().replace('_', ' '), operand);
        }
        return new Operand.Value(new Call(function, List.of(expr), Scalar.BOOLEAN, false));
    }

    static Operand compare(Function function, String symbol, Operand left, Operand right) {
        if (left instanceof Operand.Interval a && right instanceof Operand.Interval b) {
            if (!a.unit().equals(b.unit())) {
                throw Mistake.here(
                        ProblemCode.WRONG_TYPES, "an interval of months does not compare with one of days or less");
            }
            return comparison(function, a.count(), b.count());
        }
        DataType common = Coercion.common(List.of(left, right));
        if (common == null) {
            if (left instanceof Operand.Null && right instanceof Operand.Null) {
                common = Scalar.BOOLEAN;
            } else {
                throw incomparable(symbol, left, right);
            }
        }
        checkOrder(function, symbol, common);
        if (common instanceof Decimal) {
            return comparison(function, comparable(common, left), comparable(common, right));
        }
        return comparison(function, coerced(common, left), coerced(common, right));
    }

    private static void checkOrder(Function function, String symbol, DataType type) {
        boolean ordering = switch (function) {
            case LT, LE, GT, GE -> true;
            default -> false;
        };
        if (ordering && !Types.hasOrder(type)) {
            throw Mistake.here(ProblemCode.WRONG_TYPES, type.sql() + " has no order for '" + symbol + "'");
        }
    }

    private static Operand comparison(Function function, Expr left, Expr right) {
        boolean neverNull = function == Function.IS_DISTINCT_FROM || function == Function.IS_NOT_DISTINCT_FROM;
        boolean nullable = !neverNull && (left.nullable() || right.nullable());
        return new Operand.Value(new Call(function, List.of(left, right), Scalar.BOOLEAN, nullable));
    }

    private static Mistake incomparable(String symbol, Operand left, Operand right) {
        String advice = "";
        if (left instanceof Operand.Value a && right instanceof Operand.Value b) {
            if (a.type() == Scalar.VARCHAR) {
                advice = "; write CAST(... AS " + b.type().sql() + ") for the text";
            } else if (b.type() == Scalar.VARCHAR) {
                advice = "; write CAST(... AS " + a.type().sql() + ") for the text";
            }
        }
        return Mistake.here(
                ProblemCode.WRONG_TYPES,
                "'" + symbol + "' cannot compare " + left.described() + " with " + right.described() + advice);
    }

    /** A decimal of the common type, or, where that is capped and would lose digits, as it is. */
    private static Expr comparable(DataType common, Operand operand) {
        if (operand instanceof Operand.Value value && loses(value.type(), (Decimal) common)) {
            return Coercion.asDecimal(value.expr());
        }
        return coerced(common, operand);
    }

    private static boolean loses(DataType from, Decimal to) {
        Decimal exact = Types.decimalOf(from);
        return exact.scale() > to.scale() || exact.precision() - exact.scale() > to.precision() - to.scale();
    }

    /** Returns an operand of which it is known that it can take the type. */
    static Expr coerced(DataType type, Operand operand) {
        Expr expr = Coercion.to(type, operand);
        if (expr == null) {
            // A literal with fewer digits than its type says is the one case left.
            return new Expr.Cast(
                    ((Operand.Value) operand).expr(),
                    type,
                    false,
                    ((Operand.Value) operand).expr().nullable());
        }
        return expr;
    }

    static Operand between(boolean negated, boolean symmetric, Operand value, Operand low, Operand high) {
        Operand within = inRange(value, low, high);
        if (symmetric) {
            within = logic(Function.OR, List.of(within, inRange(value, high, low)));
        }
        return negated ? not(within) : within;
    }

    private static Operand inRange(Operand value, Operand low, Operand high) {
        return logic(
                Function.AND,
                List.of(compare(Function.GE, "BETWEEN", value, low), compare(Function.LE, "BETWEEN", value, high)));
    }

    static Operand in(boolean negated, Operand value, List<Operand> items) {
        List<Operand> all = new ArrayList<>();
        all.add(value);
        all.addAll(items);
        DataType common = Coercion.common(all);
        if (common == null) {
            for (Operand item : items) {
                compare(Function.EQ, "IN", value, item);
            }
            throw Mistake.here(ProblemCode.WRONG_TYPES, "the values of IN have no common type");
        }
        List<Expr> arguments =
                all.stream().map(operand -> coerced(common, operand)).toList();
        Operand in = CallSite.call(Function.IN, Scalar.BOOLEAN, arguments.toArray(Expr[]::new));
        return negated ? not(in) : in;
    }

    /** {@code + - * / %} on numbers; {@link Intervals} comes first for times. */
    static Operand arithmetic(Function function, String symbol, Operand left, Operand right) {
        checkNumber(symbol, left, right);
        checkNumber(symbol, right, left);
        DataType common = Coercion.common(List.of(left, right));
        if (common == null) {
            throw Mistake.here(
                    ProblemCode.WRONG_TYPES, "'" + symbol + "' cannot tell the type of NULL; write CAST(NULL AS type)");
        }
        if (common instanceof Decimal decimal) {
            Expr a = decimal(left, decimal);
            Expr b = decimal(right, decimal);
            return CallSite.call(function, decimalResult(function, (Decimal) a.type(), (Decimal) b.type()), a, b);
        }
        return CallSite.call(function, common, coerced(common, left), coerced(common, right));
    }

    private static Expr decimal(Operand operand, Decimal ofNull) {
        return operand instanceof Operand.Value value ? Coercion.asDecimal(value.expr()) : new Literal(ofNull, null);
    }

    private static Decimal decimalResult(Function function, Decimal a, Decimal b) {
        return switch (function) {
            case TIMES -> Types.product(a, b);
            case DIVIDE -> Types.quotient(a, b);
            case MOD -> Types.remainder(a, b);
            default -> Types.sum(a, b);
        };
    }

    private static void checkNumber(String symbol, Operand operand, Operand other) {
        boolean isNumber = operand instanceof Operand.Null
                || (operand instanceof Operand.Value value && Types.isNumber(value.type()));
        if (!isNumber) {
            boolean texts = symbol.equals("+")
                    && operand instanceof Operand.Value a
                    && a.type() == Scalar.VARCHAR
                    && other instanceof Operand.Value b
                    && b.type() == Scalar.VARCHAR;
            throw Mistake.here(
                    ProblemCode.WRONG_TYPES,
                    "'" + symbol + "' wants numbers, not " + operand.described()
                            + (texts ? "; texts are joined with ||" : ""));
        }
    }

    static Operand negate(Operand operand) {
        checkNumber("-", operand, operand);
        if (!(operand instanceof Operand.Value value)) {
            return operand;
        }
        if (value.expr() instanceof Literal literal && literal.value() instanceof Number number) {
            return new Operand.Value(negated(literal.type(), number));
        }
        return CallSite.call(Function.NEGATE, value.type(), value.expr());
    }

    private static Literal negated(DataType type, Number number) {
        if (type == Scalar.DOUBLE) {
            return new Literal(type, -number.doubleValue());
        }
        BigDecimal exact = Coercion.decimal(number).negate();
        return type instanceof Decimal ? new Literal(type, exact) : Literals.whole(exact);
    }
}
