package io.weirflow.api.expr;

import io.weirflow.api.type.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One aggregate of a windowed or grouped stage, over the rows of a group.
 *
 * @param arguments over the input row, of the types that the function asks for
 * @param distinct whether equal arguments count once
 * @param filter only rows for which this is TRUE are aggregated; null for all
 */
public record AggregateCall(
        AggregateFunction function,
        List<Expr> arguments,
        boolean distinct,
        @Nullable Expr filter,
        DataType type,
        boolean nullable) {

    public AggregateCall {
        arguments = List.copyOf(arguments);
    }
}
