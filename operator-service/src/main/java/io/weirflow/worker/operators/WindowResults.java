package io.weirflow.worker.operators;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.StepSpec.WindowAggregate;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.codegen.RowMapper;
import io.weirflow.worker.codegen.RowPredicate;
import io.weirflow.worker.connect.JsonRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes the result row of a window: the inner row of key, bounds and aggregates, then the projection, then {@code having}. A result that
 * cannot be computed goes to the errors stream with the inner row; nothing else is disturbed.
 */
final class WindowResults {

    private final KeyEncoder keys;
    private final Aggregator aggregator;
    private final RowMapper result;
    private final @Nullable RowPredicate having;
    private final JsonRows json;
    private final int boundsColumn;
    private final MutableRow inner;
    private final MutableRow row;

    WindowResults(ExpressionCompiler compiler, WindowAggregate spec, KeyEncoder keys, Aggregator aggregator) {
        this.keys = keys;
        this.aggregator = aggregator;
        this.result = compiler.mapper(spec.result().expressions());
        this.having = spec.having() == null ? null : compiler.predicate(spec.having());
        RowType innerType = innerType(spec);
        this.json = new JsonRows(innerType);
        this.boundsColumn = spec.keys().size();
        this.inner = new MutableRow(innerType.size());
        this.row = new MutableRow(spec.result().expressions().size());
    }

    /** The inner row's columns, named for people: after the result's columns where these only pass them on. */
    private static RowType innerType(WindowAggregate spec) {
        List<Column> columns = new ArrayList<>();
        for (Expr key : spec.keys()) {
            columns.add(new Column(innerName(spec, columns.size(), "key"), key.type(), key.nullable()));
        }
        columns.add(Column.of(innerName(spec, columns.size(), "window_start"), Scalar.TIMESTAMP));
        columns.add(Column.of(innerName(spec, columns.size(), "window_end"), Scalar.TIMESTAMP));
        for (AggregateCall call : spec.aggregates()) {
            String name = call.function().name().toLowerCase(Locale.ROOT);
            columns.add(Column.of(innerName(spec, columns.size(), name), call.type()));
        }
        return RowType.of(columns);
    }

    private static String innerName(WindowAggregate spec, int index, String otherwise) {
        for (int i = 0; i < spec.result().expressions().size(); i++) {
            if (spec.result().expressions().get(i) instanceof Expr.ColumnRef column && column.index() == index) {
                return spec.result().names().get(i);
            }
        }
        return otherwise + "#" + index;
    }

    /** Emits the result of a window with bounds; its event time is the last moment of the window. */
    void emit(byte[] key, long startMs, long endMs, Accumulators state, Output out) {
        emit(key, startMs, endMs, state, endMs - 1, out);
    }

    /** Emits the result of a session, whose end belongs to it. */
    void emitSession(byte[] key, long startMs, long endMs, Accumulators state, Output out) {
        emit(key, startMs, endMs, state, endMs, out);
    }

    private void emit(byte[] key, long startMs, long endMs, Accumulators state, long eventTimeMs, Output out) {
        inner.setLong(boundsColumn, startMs);
        inner.setLong(boundsColumn + 1, endMs);
        emit(key, state, eventTimeMs, out);
    }

    /** Emits the result of a window of so many rows. */
    void emitWithoutBounds(byte[] key, Accumulators state, long eventTimeMs, Output out) {
        inner.setNull(boundsColumn);
        inner.setNull(boundsColumn + 1);
        emit(key, state, eventTimeMs, out);
    }

    private void emit(byte[] key, Accumulators state, long eventTimeMs, Output out) {
        keys.decode(key, inner);
        try {
            aggregator.results(state, inner, boundsColumn + 2);
            result.map(inner, row);
            if (having == null || having.test(row)) {
                out.emit(row, eventTimeMs);
            }
        } catch (RowException e) {
            out.emitError(json.render(inner), reason(e));
        }
    }

    /** Tells of a window whose rows cannot be put together. */
    void emitFailure(byte[] key, long startMs, long endMs, RowException cause, Output out) {
        inner.clear();
        keys.decode(key, inner);
        inner.setLong(boundsColumn, startMs);
        inner.setLong(boundsColumn + 1, endMs);
        out.emitError(json.render(inner), reason(cause));
    }

    private static String reason(RowException e) {
        return String.valueOf(e.getMessage());
    }
}
