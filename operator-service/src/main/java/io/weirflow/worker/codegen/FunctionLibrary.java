package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.type.DataType;
import io.weirflow.worker.functions.Arithmetic;
import io.weirflow.worker.functions.CollectionFunctions;
import io.weirflow.worker.functions.Comparisons;
import io.weirflow.worker.functions.DecimalFunctions;
import io.weirflow.worker.functions.JsonFunctions;
import io.weirflow.worker.functions.JsonPath;
import io.weirflow.worker.functions.LikePattern;
import io.weirflow.worker.functions.MathFunctions;
import io.weirflow.worker.functions.NumberCasts;
import io.weirflow.worker.functions.RegexFunctions;
import io.weirflow.worker.functions.Rounding;
import io.weirflow.worker.functions.StringFunctions;
import io.weirflow.worker.functions.TextCasts;
import io.weirflow.worker.functions.TimeCasts;
import io.weirflow.worker.functions.TimeField;
import io.weirflow.worker.functions.TimeFormats;
import io.weirflow.worker.functions.TimeFunctions;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the static method behind a function or a cast, by the naming that {@link io.weirflow.worker.functions} describes. Where a
 * pattern, unit or path is a literal it is prepared here, once, and the method that takes the prepared form is found.
 */
final class FunctionLibrary {

    private static final List<Class<?>> FUNCTIONS = List.of(
            Arithmetic.class,
            Rounding.class,
            DecimalFunctions.class,
            MathFunctions.class,
            StringFunctions.class,
            RegexFunctions.class,
            TimeFunctions.class,
            TimeFormats.class,
            JsonFunctions.class,
            CollectionFunctions.class,
            Comparisons.class);

    private static final List<Class<?>> CASTS = List.of(NumberCasts.class, TimeCasts.class, TextCasts.class);

    /**
     * A static method and what it is called with.
     *
     * @param arguments expressions, or {@link Prepared} objects, in the order of the parameters
     * @param suffix constants that follow: precision and scale of a DECIMAL result
     */
    record Target(Method method, List<Argument> arguments, List<Integer> suffix) {

        boolean mayReturnNull() {
            return method.getAnnotatedReturnType().isAnnotationPresent(Nullable.class);
        }

        boolean canFail() {
            return method.getExceptionTypes().length > 0;
        }
    }

    /** An argument of a call. */
    sealed interface Argument {
        Class<?> parameter();
    }

    /** An argument that is evaluated. */
    record Evaluated(Expr expression, Class<?> parameter) implements Argument {}

    /** An argument that was prepared of literals. */
    record Prepared(Object value, Class<?> parameter) implements Argument {}

    private FunctionLibrary() {}

    /**
     * Finds the method of a function.
     *
     * @throws IllegalArgumentException when the function does not take such arguments
     */
    static Target function(Expr.Call call) {
        List<Argument> arguments = arguments(call);
        List<Integer> suffix = isDecimalArithmetic(call) ? precisionAndScale(call.type()) : List.of();
        return find(FUNCTIONS, methodName(call), arguments, suffix);
    }

    /** Finds the method of a fold over two arguments at a time. */
    static Target pairwise(Expr.Call call) {
        JvmType type = JvmType.of(call.type());
        List<Argument> pair = call.arguments().stream()
                .limit(2)
                .map(argument -> (Argument) new Evaluated(argument, type.javaClass()))
                .toList();
        return find(FUNCTIONS, camelCase(call.function().name()), pair, List.of());
    }

    /**
     * Finds the method of a cast between two different types.
     *
     * @throws IllegalArgumentException when there is no such cast
     */
    static Target cast(Expr.Cast cast) {
        Expr operand = cast.operand();
        String name = castName(operand.type()) + "To" + capital(castName(cast.type()));
        List<Argument> arguments =
                List.of(new Evaluated(operand, JvmType.of(operand.type()).javaClass()));
        List<Integer> suffix = cast.type() instanceof DataType.Decimal ? precisionAndScale(cast.type()) : List.of();
        return find(CASTS, name, arguments, suffix);
    }

    private static boolean isDecimalArithmetic(Expr.Call call) {
        return call.type() instanceof DataType.Decimal
                && call.arguments().get(0).type() instanceof DataType.Decimal;
    }

    private static List<Integer> precisionAndScale(DataType type) {
        DataType.Decimal decimal = (DataType.Decimal) type;
        return List.of(decimal.precision(), decimal.scale());
    }

    private static String methodName(Expr.Call call) {
        String name = camelCase(call.function().name());
        return switch (call.function()) {
            case EXTRACT, DATE_TRUNC, TIMESTAMP_ADD, TIMESTAMP_DIFF ->
                name
                        + capital(castName(call.arguments()
                                .get(call.arguments().size() - 1)
                                .type()));
            default -> name;
        };
    }

    private static List<Argument> arguments(Expr.Call call) {
        List<Argument> arguments = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            boolean boxed = call.function() == Function.ARRAY_CONTAINS && !arguments.isEmpty();
            arguments.add(new Evaluated(
                    argument, boxed ? Object.class : JvmType.of(argument.type()).javaClass()));
        }
        prepare(call, arguments);
        return arguments;
    }

    /** A literal that cannot be prepared is left as it is: it is an error for every row that evaluates it, not of the whole plan. */
    private static void prepare(Expr.Call call, List<Argument> arguments) {
        int index = preparedIndex(call.function());
        if (index < 0 || index >= arguments.size()) {
            return;
        }
        List<String> literals = new ArrayList<>();
        int end = call.function() == Function.LIKE ? arguments.size() : index + 1;
        for (Expr argument : call.arguments().subList(index, end)) {
            if (!(argument instanceof Expr.Literal literal) || !(literal.value() instanceof String text)) {
                return;
            }
            literals.add(text);
        }
        try {
            Object value = prepared(call.function(), literals);
            arguments.subList(index, end).clear();
            arguments.add(index, new Prepared(value, value.getClass()));
        } catch (RowException e) {
            return;
        }
    }

    private static int preparedIndex(Function function) {
        return switch (function) {
            case EXTRACT, DATE_TRUNC, TIMESTAMP_ADD, TIMESTAMP_DIFF -> 0;
            case LIKE,
                    REGEXP_LIKE,
                    REGEXP_EXTRACT,
                    REGEXP_REPLACE,
                    PARSE_TIMESTAMP,
                    FORMAT_TIMESTAMP,
                    JSON_VALUE,
                    JSON_QUERY,
                    JSON_EXISTS -> 1;
            default -> -1;
        };
    }

    private static Object prepared(Function function, List<String> literals) throws RowException {
        String text = literals.get(0);
        return switch (function) {
            case LIKE -> literals.size() == 1 ? LikePattern.of(text) : LikePattern.of(text, literals.get(1));
            case REGEXP_LIKE, REGEXP_EXTRACT, REGEXP_REPLACE -> RegexFunctions.pattern(text);
            case PARSE_TIMESTAMP, FORMAT_TIMESTAMP -> TimeFormats.formatter(text);
            case JSON_VALUE, JSON_QUERY, JSON_EXISTS -> JsonPath.of(text);
            default -> TimeField.of(text);
        };
    }

    private static Target find(List<Class<?>> owners, String name, List<Argument> arguments, List<Integer> suffix) {
        List<Class<?>> parameters = new ArrayList<>();
        arguments.forEach(argument -> parameters.add(argument.parameter()));
        suffix.forEach(constant -> parameters.add(int.class));
        Class<?>[] array = parameters.toArray(new Class<?>[0]);
        for (Class<?> owner : owners) {
            try {
                return new Target(owner.getMethod(name, array), arguments, suffix);
            } catch (NoSuchMethodException e) {
                continue;
            }
        }
        String types = parameters.stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("there is no " + name + "(" + types + ")");
    }

    private static String castName(DataType type) {
        if (type instanceof DataType.Scalar scalar) {
            return scalar.name().toLowerCase(Locale.ROOT);
        }
        return JvmType.of(type).name().toLowerCase(Locale.ROOT);
    }

    private static String camelCase(String constant) {
        String words = Arrays.stream(constant.toLowerCase(Locale.ROOT).split("_"))
                .map(FunctionLibrary::capital)
                .collect(Collectors.joining());
        return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
