package io.weirflow.worker.aggregate;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A group that keeps all of its rows and computes every result anew: what the aggregator is compared with. */
final class NaiveGroup {

    private final Map<Long, Row> rows = new TreeMap<>();

    void add(long ordinal, Row row) {
        rows.put(ordinal, row);
    }

    void remove(long ordinal) {
        rows.remove(ordinal);
    }

    void addAll(NaiveGroup other) {
        rows.putAll(other.rows);
    }

    NaiveGroup copy() {
        NaiveGroup copy = new NaiveGroup();
        copy.addAll(this);
        return copy;
    }

    /** Returns whether the sum of a call is in its range. */
    boolean fits(AggregateCall call) {
        if (call.function() != AggregateFunction.SUM || call.type() != DataType.Scalar.BIGINT) {
            return true;
        }
        return values(call).stream()
                        .map(value -> BigInteger.valueOf((Long) value))
                        .reduce(BigInteger.ZERO, BigInteger::add)
                        .bitLength()
                < Long.SIZE;
    }

    @Nullable
    Object result(AggregateCall call) {
        List<Object> values = values(call);
        if (call.function() == AggregateFunction.COUNT) {
            return (long) values.size();
        } else if (values.isEmpty()) {
            return null;
        }
        return switch (call.function()) {
            case MIN -> values.stream().min(NaiveGroup::compare).orElseThrow();
            case MAX -> values.stream().max(NaiveGroup::compare).orElseThrow();
            case FIRST_VALUE -> values.get(0);
            case LAST_VALUE -> values.get(values.size() - 1);
            case SUM -> sum(values);
            case AVG -> average(values, call.type());
            case PERCENTILE ->
                percentile(values, (Double) ((Expr.Literal) call.arguments().get(1)).value());
            default -> spread(values, call.function());
        };
    }

    private List<Object> values(AggregateCall call) {
        List<Object> values = new ArrayList<>();
        for (Row row : rows.values()) {
            boolean passes = call.filter() == null || Boolean.TRUE.equals(column(call.filter(), row));
            Object value = call.arguments().isEmpty()
                    ? (Object) true
                    : column(call.arguments().get(0), row);
            if (passes && value != null) {
                values.add(value);
            }
        }
        boolean byPlace =
                call.function() == AggregateFunction.FIRST_VALUE || call.function() == AggregateFunction.LAST_VALUE;
        return call.distinct() && !byPlace ? new ArrayList<>(new LinkedHashSet<>(values)) : values;
    }

    private static @Nullable Object column(@Nullable Expr expression, Row row) {
        Expr.ColumnRef column = (Expr.ColumnRef) expression;
        return column == null ? null : Values.get(row, column.index(), column.type());
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object a, Object b) {
        return ((Comparable<Object>) a).compareTo(b);
    }

    private static Object sum(List<Object> values) {
        if (values.get(0) instanceof Long) {
            return values.stream().mapToLong(Long.class::cast).sum();
        } else if (values.get(0) instanceof BigDecimal) {
            return values.stream().map(BigDecimal.class::cast).reduce(BigDecimal.ZERO, BigDecimal::add);
        }
        return values.stream().mapToDouble(Double.class::cast).sum();
    }

    private static Object average(List<Object> values, DataType type) {
        if (type instanceof DataType.Decimal decimal) {
            return ((BigDecimal) sum(values))
                    .divide(BigDecimal.valueOf(values.size()), decimal.scale(), RoundingMode.HALF_UP);
        }
        return (Double) sum(values) / values.size();
    }

    private static Object percentile(List<Object> values, double fraction) {
        List<Object> sorted = new ArrayList<>(values);
        sorted.sort(Comparator.comparing(Double.class::cast));
        double place = fraction * (sorted.size() - 1);
        double low = (Double) sorted.get((int) Math.floor(place));
        double high = (Double) sorted.get((int) Math.ceil(place));
        return low + (high - low) * (place - Math.floor(place));
    }

    private static @Nullable Object spread(List<Object> values, AggregateFunction function) {
        boolean sample = function == AggregateFunction.STDDEV_SAMP || function == AggregateFunction.VAR_SAMP;
        boolean root = function == AggregateFunction.STDDEV_SAMP || function == AggregateFunction.STDDEV_POP;
        if (sample && values.size() == 1) {
            return null;
        }
        double mean = (Double) sum(values) / values.size();
        double squares = values.stream()
                .mapToDouble(value -> Math.pow((Double) value - mean, 2))
                .sum();
        double variance = squares / (values.size() - (sample ? 1 : 0));
        return root ? Math.sqrt(variance) : variance;
    }
}
