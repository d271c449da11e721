package io.weirflow.language.sql;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Projection;
import java.util.List;

/**
 * A compiled aggregation.
 *
 * @param keys the group columns, over the input row
 * @param aggregates the distinct aggregate calls, over the input row
 * @param result over the inner row: group columns, window_start, window_end, results of {@code aggregates}
 */
public record GroupSelect(List<Expr> keys, List<AggregateCall> aggregates, Projection result) {
    public GroupSelect {
        keys = List.copyOf(keys);
        aggregates = List.copyOf(aggregates);
    }
}
