package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;

/**
 * What a select entry of an aggregation may name: the inner row's group columns and window bounds. A group column hides a
 * bound of the same name.
 *
 * @param withBounds whether the window has bounds
 */
record GroupScope(List<Column> groupColumns, RowType input, boolean withBounds) implements Scope {
    static final String WINDOW_START = "window_start";
    static final String WINDOW_END = "window_end";

    /** Returns where the aggregates begin in the inner row. */
    int firstAggregate() {
        return groupColumns.size() + 2;
    }

    /** Returns a bound of the window. */
    Expr bound(String name) {
        return new ColumnRef(groupColumns.size() + (name.equals(WINDOW_START) ? 0 : 1), Scalar.TIMESTAMP, !withBounds);
    }

    @Override
    public boolean has(String name) {
        return input.indexOf(name) >= 0 || isBound(name);
    }

    @Override
    public Expr resolve(String name) {
        for (int i = 0; i < groupColumns.size(); i++) {
            Column column = groupColumns.get(i);
            if (column.name().equals(name)) {
                return new ColumnRef(i, column.type(), column.nullable());
            }
        }
        if (isBound(name) && withBounds) {
            return bound(name);
        }
        if (input.indexOf(name) >= 0) {
            throw Mistake.here(
                    ProblemCode.NOT_GROUPED,
                    "column '" + name + "' is neither in group_by nor inside an aggregate",
                    "add it to group_by, or write for example LAST_VALUE(" + name + ")");
        }
        if (isBound(name)) {
            throw Mistake.here(
                    ProblemCode.UNKNOWN_COLUMN, "there is no '" + name + "': this stage has no window of time");
        }
        List<String> known = Scope.names(input);
        if (withBounds) {
            known.addAll(List.of(WINDOW_START, WINDOW_END));
        }
        throw Scope.unknown(name, known);
    }

    static boolean isBound(String name) {
        return name.equals(WINDOW_START) || name.equals(WINDOW_END);
    }

    /** Returns the names that the output row has before the select entries. */
    List<String> leadingNames() {
        List<String> names =
                new ArrayList<>(groupColumns.stream().map(Column::name).toList());
        if (withBounds) {
            names.add(WINDOW_START);
            names.add(WINDOW_END);
        }
        return names;
    }
}
