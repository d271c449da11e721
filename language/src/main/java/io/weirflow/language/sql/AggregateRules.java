package io.weirflow.language.sql;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** The aggregates by their SQL names, and the types of their arguments and results. */
final class AggregateRules {
    private static final Map<String, AggregateFunction> BY_NAME = new TreeMap<>(Map.ofEntries(
            Map.entry("COUNT", AggregateFunction.COUNT),
            Map.entry("SUM", AggregateFunction.SUM),
            Map.entry("AVG", AggregateFunction.AVG),
            Map.entry("MIN", AggregateFunction.MIN),
            Map.entry("MAX", AggregateFunction.MAX),
            Map.entry("STDDEV", AggregateFunction.STDDEV_SAMP),
            Map.entry("STDDEV_SAMP", AggregateFunction.STDDEV_SAMP),
            Map.entry("STDDEV_POP", AggregateFunction.STDDEV_POP),
            Map.entry("VARIANCE", AggregateFunction.VAR_SAMP),
            Map.entry("VAR_SAMP", AggregateFunction.VAR_SAMP),
            Map.entry("VAR_POP", AggregateFunction.VAR_POP),
            Map.entry("FIRST_VALUE", AggregateFunction.FIRST_VALUE),
            Map.entry("LAST_VALUE", AggregateFunction.LAST_VALUE),
            Map.entry("PERCENTILE", AggregateFunction.PERCENTILE),
            Map.entry("PERCENTILE_CONT", AggregateFunction.PERCENTILE),
            Map.entry("MEDIAN", AggregateFunction.PERCENTILE)));

    /** Aggregates of other systems: to be refused as aggregates, not as unknown functions. */
    private static final Set<String> MISSING = Set.of(
            "ARRAY_AGG",
            "LISTAGG",
            "STRING_AGG",
            "GROUP_CONCAT",
            "COLLECT",
            "APPROX_COUNT_DISTINCT",
            "EVERY",
            "SOME",
            "BOOL_AND",
            "BOOL_OR",
            "ANY_VALUE",
            "PERCENTILE_DISC",
            "MODE",
            "CORR",
            "COVAR_POP",
            "COVAR_SAMP",
            "GROUPING",
            "JSON_ARRAYAGG",
            "JSON_OBJECTAGG",
            "BIT_AND",
            "BIT_OR",
            "BIT_XOR",
            "ARG_MIN",
            "ARG_MAX");

    private AggregateRules() {}

    static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    static boolean isAggregate(SqlCall call) {
        SqlKind kind = call.getKind();
        if (kind == SqlKind.FILTER
                || kind == SqlKind.WITHIN_GROUP
                || kind == SqlKind.IGNORE_NULLS
                || kind == SqlKind.RESPECT_NULLS
                || kind == SqlKind.WITHIN_DISTINCT) {
            return true;
        }
        String name = nameOf(call);
        return call.getOperator() instanceof SqlFunction && (BY_NAME.containsKey(name) || MISSING.contains(name));
    }

    static String nameOf(SqlCall call) {
        return call.getOperator().getName().toUpperCase(Locale.ROOT);
    }

    static AggregateFunction function(String name) {
        AggregateFunction function = BY_NAME.get(name);
        if (function == null) {
            if (MISSING.contains(name)) {
                throw Mistake.here(
                        ProblemCode.NOT_SUPPORTED,
                        "the aggregate " + name + " is not supported; there are " + String.join(", ", names()));
            }
            throw Functions.unknown(name);
        }
        return function;
    }

    /**
     * Makes a call of analysed arguments.
     *
     * @param rows whether the argument is {@code *}
     * @param everyGroupHasRows false when the whole input is one group
     */
    static AggregateCall call(
            CallSite site, boolean rows, boolean distinct, @Nullable Expr filter, boolean everyGroupHasRows) {
        AggregateFunction function = function(site.name());
        checkDistinct(site, function, distinct);
        if (function == AggregateFunction.COUNT) {
            return count(site, rows, distinct, filter);
        }
        if (rows) {
            throw site.wrong("takes no '*'; only COUNT does");
        }
        List<Expr> arguments = arguments(site, function);
        DataType type = result(function, arguments.get(0).type());
        boolean samples = function == AggregateFunction.STDDEV_SAMP || function == AggregateFunction.VAR_SAMP;
        boolean nullable = samples
                || !everyGroupHasRows
                || filter != null
                || arguments.get(0).nullable();
        boolean onceMatters = function != AggregateFunction.MIN && function != AggregateFunction.MAX;
        return new AggregateCall(function, arguments, distinct && onceMatters, filter, type, nullable);
    }

    private static void checkDistinct(CallSite site, AggregateFunction function, boolean distinct) {
        boolean senseless = function == AggregateFunction.FIRST_VALUE
                || function == AggregateFunction.LAST_VALUE
                || function == AggregateFunction.PERCENTILE;
        if (distinct && senseless) {
            throw site.wrong("takes no DISTINCT");
        }
    }

    private static AggregateCall count(CallSite site, boolean rows, boolean distinct, @Nullable Expr filter) {
        List<Expr> arguments = new ArrayList<>();
        if (!rows) {
            site.takes(1);
            arguments.add(site.value(0));
        }
        return new AggregateCall(AggregateFunction.COUNT, arguments, distinct, filter, Scalar.BIGINT, false);
    }

    private static List<Expr> arguments(CallSite site, AggregateFunction function) {
        if (function == AggregateFunction.PERCENTILE) {
            return percentile(site);
        }
        site.takes(1);
        return switch (function) {
            case SUM, AVG -> List.of(summand(site, function));
            case MIN, MAX -> List.of(ordered(site));
            case FIRST_VALUE, LAST_VALUE -> List.of(site.value(0));
            default -> List.of(Operators.coerced(Scalar.DOUBLE, new Operand.Value(site.number(0))));
        };
    }

    private static Expr summand(CallSite site, AggregateFunction function) {
        Expr number = site.number(0);
        if (!Types.isWhole(number.type())) {
            return number;
        }
        DataType type = function == AggregateFunction.SUM ? Scalar.BIGINT : Scalar.DOUBLE;
        return Operators.coerced(type, new Operand.Value(number));
    }

    private static Expr ordered(CallSite site) {
        Expr value = site.value(0);
        if (!Types.hasOrder(value.type())) {
            throw site.wrong(
                    "wants values that have an order, not " + value.type().sql());
        }
        return value;
    }

    private static List<Expr> percentile(CallSite site) {
        if (site.name().equals("MEDIAN")) {
            site.takes(1);
            return List.of(site.dbl(0), new Literal(Scalar.DOUBLE, 0.5));
        }
        site.takes(2);
        Expr fraction = site.dbl(1);
        boolean fits = fraction instanceof Literal literal
                && literal.value() instanceof Double number
                && number >= 0
                && number <= 1;
        if (!fits) {
            throw site.wrong("wants a constant fraction from 0 to 1, for example 0.99");
        }
        return List.of(site.dbl(0), fraction);
    }

    private static DataType result(AggregateFunction function, DataType argument) {
        return switch (function) {
            case SUM ->
                argument instanceof Decimal decimal ? new Decimal(Decimal.MAX_PRECISION, decimal.scale()) : argument;
            case AVG ->
                argument instanceof Decimal decimal
                        ? new Decimal(Decimal.MAX_PRECISION, Math.max(decimal.scale(), 6))
                        : Scalar.DOUBLE;
            case MIN, MAX, FIRST_VALUE, LAST_VALUE -> argument;
            case COUNT -> Scalar.BIGINT;
            default -> Scalar.DOUBLE;
        };
    }
}
