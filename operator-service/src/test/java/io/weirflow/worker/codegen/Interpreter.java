package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates trees over boxed values, with arithmetic of unlimited precision: what compiled classes are compared with. Shares no code with
 * the compiler or its library. Knows the functions that random trees are made of.
 */
final class Interpreter {

    /** An evaluation failed, as SQL says. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message, null, false, false);
        }
    }

    private final Row row;

    Interpreter(Row row) {
        this.row = row;
    }

    @Nullable
    Object evaluate(Expr expression) {
        if (expression instanceof Expr.ColumnRef column) {
            return Values.get(row, column.index(), column.type());
        } else if (expression instanceof Expr.Literal literal) {
            return literal.value();
        } else if (expression instanceof Expr.Field field) {
            Row nested = (Row) evaluate(field.row());
            return nested == null ? null : Values.get(nested, field.index(), field.type());
        } else if (expression instanceof Expr.Case choice) {
            for (Expr.Branch branch : choice.branches()) {
                if (Boolean.TRUE.equals(evaluate(branch.condition()))) {
                    return evaluate(branch.result());
                }
            }
            return evaluate(choice.otherwise());
        } else if (expression instanceof Expr.Cast cast) {
            return cast(cast);
        }
        return call((Expr.Call) expression);
    }

    private @Nullable Object call(Expr.Call call) {
        List<Expr> arguments = call.arguments();
        switch (call.function()) {
            case AND:
                return junction(arguments, false);
            case OR:
                return junction(arguments, true);
            case IN:
                return in(arguments);
            case COALESCE:
                return arguments.stream()
                        .map(this::evaluate)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
            case ARRAY_OF:
                return arguments.stream().map(this::evaluate).collect(Collectors.toCollection(ArrayList::new));
            case IS_NULL:
                return evaluate(arguments.get(0)) == null;
            case IS_NOT_NULL:
                return evaluate(arguments.get(0)) != null;
            case IS_TRUE:
                return Boolean.TRUE.equals(evaluate(arguments.get(0)));
            case IS_NOT_TRUE:
                return !Boolean.TRUE.equals(evaluate(arguments.get(0)));
            case IS_FALSE:
                return Boolean.FALSE.equals(evaluate(arguments.get(0)));
            case IS_NOT_FALSE:
                return !Boolean.FALSE.equals(evaluate(arguments.get(0)));
            case IS_DISTINCT_FROM:
                return !same(evaluate(arguments.get(0)), evaluate(arguments.get(1)));
            case IS_NOT_DISTINCT_FROM:
                return same(evaluate(arguments.get(0)), evaluate(arguments.get(1)));
            default:
                return strict(call);
        }
    }

    private @Nullable Object junction(List<Expr> operands, boolean deciding) {
        boolean sawNull = false;
        for (Expr operand : operands) {
            Object value = evaluate(operand);
            if (Objects.equals(value, deciding)) {
                return deciding;
            }
            sawNull |= value == null;
        }
        return sawNull ? null : !deciding;
    }

    private @Nullable Object in(List<Expr> arguments) {
        Object needle = evaluate(arguments.get(0));
        if (needle == null) {
            return null;
        }
        boolean sawNull = false;
        for (Expr candidate : arguments.subList(1, arguments.size())) {
            Object value = evaluate(candidate);
            if (value != null && same(needle, value)) {
                return true;
            }
            sawNull |= value == null;
        }
        return sawNull ? null : false;
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == b;
        } else if (a instanceof List<?> list) {
            List<?> other = (List<?>) b;
            for (int i = 0; i < list.size() && list.size() == other.size(); i++) {
                if (!same(list.get(i), other.get(i))) {
                    return false;
                }
            }
            return list.size() == other.size();
        }
        return order(a, b) == 0;
    }

    private static int order(Object a, Object b) {
        if (a instanceof String text) {
            return Arrays.compare(
                    text.codePoints().toArray(), ((String) b).codePoints().toArray());
        } else if (a instanceof Double number) {
            // Adding 0.0 makes -0.0 a 0.0.
            return Double.compare(number + 0.0, (Double) b + 0.0);
        }
        return Objects.compare(a, b, Interpreter::natural);
    }

    @SuppressWarnings("unchecked")
    private static int natural(Object a, Object b) {
        return ((Comparable<Object>) a).compareTo(b);
    }

    private @Nullable Object strict(Expr.Call call) {
        List<Object> values = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            Object value = evaluate(argument);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        Object a = values.get(0);
        Object b = values.size() > 1 ? values.get(1) : a;
        return switch (call.function()) {
            case NOT -> !(Boolean) a;
            case EQ -> same(a, b);
            case NE -> !same(a, b);
            case LT -> order(a, b) < 0;
            case LE -> order(a, b) <= 0;
            case GT -> order(a, b) > 0;
            case GE -> order(a, b) >= 0;
            case GREATEST -> Collections.max(values, Interpreter::order);
            case LEAST -> Collections.min(values, Interpreter::order);
            case PLUS, MINUS, TIMES, DIVIDE, MOD -> arithmetic(call, a, b);
            case NEGATE -> a instanceof Double d ? (Object) (-d) : fit(number(a).negate(), call.type());
            case ABS ->
                a instanceof Double d ? (Object) Math.abs(d) : fit(number(a).abs(), call.type());
            case SIGN ->
                a instanceof Double d ? (int) Math.signum(d) : number(a).signum();
            case UPPER -> ((String) a).toUpperCase(java.util.Locale.ROOT);
            case CHAR_LENGTH -> (int) ((String) a).codePoints().count();
            case CONCAT -> values.stream().map(String.class::cast).collect(Collectors.joining());
            case SUBSTRING -> substring((String) a, (Integer) b, (Integer) values.get(2));
            case LIKE -> like((String) a, (String) b);
            case SPLIT_INDEX -> splitIndex((String) a, (String) b, (Integer) values.get(2));
            case ITEM -> item((List<?>) a, (Integer) b);
            case CARDINALITY -> ((List<?>) a).size();
            case ARRAY_CONTAINS -> ((List<?>) a).stream().anyMatch(element -> same(element, b));
            case SQRT -> squareRoot((Double) a);
            case EXTRACT ->
                (long) Instant.ofEpochMilli((Long) b).atZone(ZoneOffset.UTC).get(field((String) a));
            case TIMESTAMP_ADD -> timestampAdd((String) a, (Long) b, (Long) values.get(2));
            default -> throw new IllegalStateException("the interpreter lacks " + call.function());
        };
    }

    private static ChronoField field(String unit) {
        return switch (unit) {
            case "HOUR" -> ChronoField.HOUR_OF_DAY;
            case "DAY" -> ChronoField.DAY_OF_MONTH;
            case "MONTH" -> ChronoField.MONTH_OF_YEAR;
            default -> ChronoField.YEAR;
        };
    }

    private static Object timestampAdd(String unit, long count, long timestamp) {
        try {
            return Instant.ofEpochMilli(timestamp)
                    .atZone(ZoneOffset.UTC)
                    .plus(count, ChronoUnit.valueOf(unit + "S"))
                    .toInstant()
                    .toEpochMilli();
        } catch (RuntimeException e) {
            throw new Failure("out of range");
        }
    }

    private static Object squareRoot(double a) {
        if (a < 0) {
            throw new Failure("negative");
        }
        return Math.sqrt(a);
    }

    private static @Nullable Object item(List<?> list, int index) {
        return index < 1 || index > list.size() ? null : list.get(index - 1);
    }

    private static @Nullable Object splitIndex(String value, String delimiter, int index) {
        String[] parts = value.split(Pattern.quote(delimiter), -1);
        return index < 0 || index >= parts.length ? null : parts[index];
    }

    private static boolean like(String value, String pattern) {
        String regex = pattern.codePoints()
                .mapToObj(c -> c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining());
        return Pattern.compile(regex, Pattern.DOTALL).matcher(value).matches();
    }

    private static String substring(String value, int from, int length) {
        if (length < 0) {
            throw new Failure("negative length");
        }
        StringBuilder out = new StringBuilder();
        int[] points = value.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            if (i + 1 >= from && i + 1 < (long) from + length) {
                out.appendCodePoint(points[i]);
            }
        }
        return out.toString();
    }

    private static BigDecimal number(Object value) {
        return value instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) value).longValue());
    }

    private static Object arithmetic(Expr.Call call, Object a, Object b) {
        boolean divides = switch (call.function()) {
            case DIVIDE, MOD -> true;
            default -> false;
        };
        if (divides && ((Number) b).doubleValue() == 0) {
            throw new Failure("division by zero");
        }
        if (a instanceof Double x) {
            double y = (Double) b;
            return switch (call.function()) {
                case PLUS -> x + y;
                case MINUS -> x - y;
                case TIMES -> x * y;
                case DIVIDE -> x / y;
                default -> x % y;
            };
        }
        BigDecimal x = number(a);
        BigDecimal y = number(b);
        int scale = call.type() instanceof DataType.Decimal decimal ? decimal.scale() : 0;
        RoundingMode rounding = call.type() instanceof DataType.Decimal ? RoundingMode.HALF_UP : RoundingMode.DOWN;
        BigDecimal result = switch (call.function()) {
            case PLUS -> x.add(y);
            case MINUS -> x.subtract(y);
            case TIMES -> x.multiply(y);
            case DIVIDE -> x.divide(y, scale, rounding);
            default -> x.remainder(y);
        };
        return fit(result, call.type());
    }

    /** Returns the number as a value of a type, rounded half away from zero. */
    private static Object fit(BigDecimal value, DataType type) {
        if (type instanceof DataType.Decimal decimal) {
            BigDecimal scaled = value.setScale(decimal.scale(), RoundingMode.HALF_UP);
            if (scaled.unscaledValue().abs().compareTo(BigInteger.TEN.pow(decimal.precision())) >= 0) {
                throw new Failure("overflow");
            }
            return scaled;
        }
        try {
            return type == Scalar.INTEGER ? (Object) value.intValueExact() : (Object) value.longValueExact();
        } catch (ArithmeticException e) {
            throw new Failure("overflow");
        }
    }

    private @Nullable Object cast(Expr.Cast cast) {
        Object value = evaluate(cast.operand());
        if (value == null) {
            return null;
        }
        try {
            return convert(value, cast.operand().type(), cast.type());
        } catch (Failure e) {
            if (cast.safe()) {
                return null;
            }
            throw e;
        }
    }

    private static Object convert(Object value, DataType from, DataType to) {
        if (from.equals(to)) {
            return value;
        } else if (to == Scalar.VARCHAR) {
            return print(value, from);
        } else if (to == Scalar.DATE) {
            return (int) Math.floorDiv((Long) value, 86_400_000L);
        } else if (to == Scalar.TIMESTAMP) {
            return (Integer) value * 86_400_000L;
        } else if (to == Scalar.BOOLEAN) {
            return number(value).signum() != 0;
        } else if (value instanceof Boolean bool) {
            return fit(bool ? BigDecimal.ONE : BigDecimal.ZERO, to);
        } else if (value instanceof String text) {
            return parse(text, to);
        } else if (to == Scalar.DOUBLE) {
            return ((Number) value).doubleValue();
        } else if (value instanceof Double number && (number.isNaN() || number.isInfinite())) {
            throw new Failure("not finite");
        }
        BigDecimal number = value instanceof Double d
                ? to instanceof DataType.Decimal ? BigDecimal.valueOf(d) : new BigDecimal(d)
                : number(value);
        return fit(to instanceof DataType.Decimal ? number : number.setScale(0, RoundingMode.DOWN), to);
    }

    private static Object print(Object value, DataType from) {
        if (from == Scalar.TIMESTAMP) {
            Instant instant = Instant.ofEpochMilli((Long) value);
            return instant.atZone(ZoneOffset.UTC)
                    .format(java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'"));
        } else if (from == Scalar.DATE) {
            return LocalDate.ofEpochDay((Integer) value).toString();
        } else if (value instanceof Boolean bool) {
            return bool ? "TRUE" : "FALSE";
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static Object parse(String text, DataType to) {
        String number = text.strip();
        boolean whole = to == Scalar.INTEGER || to == Scalar.BIGINT;
        if (!number.matches(whole ? "[+-]?[0-9]+" : "[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
            throw new Failure("no number");
        }
        BigDecimal value = new BigDecimal(number);
        return to == Scalar.DOUBLE ? (Object) Double.parseDouble(number) : fit(value, to);
    }

    /** An order for tests that sort boxed values. */
    static Comparator<Object> comparator() {
        return Interpreter::order;
    }
}
