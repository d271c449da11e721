package io.weirflow.worker.aggregate;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.type.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes parts of calls, and a list of the columns that they read: equal arguments are evaluated once, and a FILTER becomes a CASE around
 * the argument, since every aggregate ignores NULL.
 */
final class Plan {

    private final Part.Layout layout = new Part.Layout();
    private final List<Part> parts = new ArrayList<>();
    private final Map<Expr, Integer> columns = new LinkedHashMap<>();

    Plan(List<AggregateCall> calls) {
        calls.forEach(call -> parts.add(part(call)));
    }

    List<Part> parts() {
        return parts;
    }

    Part.Layout layout() {
        return layout;
    }

    List<Expr> arguments() {
        return List.copyOf(columns.keySet());
    }

    private Part part(AggregateCall call) {
        if (call.arguments().isEmpty()) {
            return countRows(call);
        }
        Expr argument = call.arguments().get(0);
        DataType type = argument.type();
        int column = column(filtered(call, argument));
        return switch (call.function()) {
            case COUNT -> distinct(call, column, type, new CountPart(column, layout));
            case SUM -> distinct(call, column, type, sum(call, column, type));
            case AVG -> distinct(call, column, type, average(call, column, type));
            case STDDEV_SAMP, STDDEV_POP, VAR_SAMP, VAR_POP -> {
                require(call, type == DataType.Scalar.DOUBLE);
                yield distinct(call, column, type, new MomentsPart(column, call.function(), layout));
            }
            case PERCENTILE -> {
                require(call, type == DataType.Scalar.DOUBLE);
                yield distinct(call, column, type, new PercentilePart(column, fraction(call), layout));
            }
            // To these, a value that comes again makes no difference.
            case MIN -> new ExtremePart(column, false, type, layout);
            case MAX -> new ExtremePart(column, true, type, layout);
            case FIRST_VALUE -> new EdgePart(column, false, type, layout);
            case LAST_VALUE -> new EdgePart(column, true, type, layout);
        };
    }

    private Part countRows(AggregateCall call) {
        require(call, call.function() == AggregateFunction.COUNT);
        Expr filter = call.filter();
        int column = filter == null ? CountPart.ALL_ROWS : column(filtered(call, Expr.Literal.of(true)));
        return new CountPart(column, layout);
    }

    private Part distinct(AggregateCall call, int column, DataType type, Part inner) {
        return call.distinct() ? new DistinctPart(inner, column, type, layout) : inner;
    }

    private Part sum(AggregateCall call, int column, DataType type) {
        if (type instanceof DataType.Decimal argument && call.type() instanceof DataType.Decimal result) {
            return new DecimalSumPart(column, false, argument.scale(), result, layout);
        } else if (type == DataType.Scalar.DOUBLE) {
            return new RealSumPart(column, false, layout);
        }
        require(call, type == DataType.Scalar.BIGINT);
        return new SumPart(column, layout);
    }

    private Part average(AggregateCall call, int column, DataType type) {
        if (type instanceof DataType.Decimal argument && call.type() instanceof DataType.Decimal result) {
            return new DecimalSumPart(column, true, argument.scale(), result, layout);
        }
        require(call, type == DataType.Scalar.DOUBLE);
        return new RealSumPart(column, true, layout);
    }

    private static double fraction(AggregateCall call) {
        if (call.arguments().size() == 2
                && call.arguments().get(1) instanceof Expr.Literal literal
                && literal.value() instanceof Number number
                && number.doubleValue() >= 0
                && number.doubleValue() <= 1) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("the fraction of PERCENTILE must be a literal from 0 to 1");
    }

    private static void require(AggregateCall call, boolean typed) {
        if (!typed) {
            List<String> types = call.arguments().stream()
                    .map(argument -> argument.type().sql())
                    .toList();
            throw new IllegalArgumentException("there is no " + call.function() + types);
        }
    }

    private static Expr filtered(AggregateCall call, Expr argument) {
        Expr filter = call.filter();
        if (filter == null) {
            return argument;
        }
        Expr otherwise = new Expr.Literal(argument.type(), null);
        return new Expr.Case(List.of(new Expr.Branch(filter, argument)), otherwise, argument.type(), true);
    }

    private int column(Expr argument) {
        return columns.computeIfAbsent(argument, key -> columns.size());
    }
}
