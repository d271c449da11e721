package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.language.problem.Suggestions;
import java.util.ArrayList;
import java.util.List;

/** The columns that an expression may name. */
interface Scope {

    /** Returns whether the name, in exactly this case, is a column. */
    boolean has(String name);

    /**
     * Returns the value of a column.
     *
     * @throws Mistake when there is none
     */
    Expr resolve(String name);

    /** The columns of one row. */
    record OfRow(RowType row) implements Scope {
        @Override
        public boolean has(String name) {
            return row.indexOf(name) >= 0;
        }

        @Override
        public Expr resolve(String name) {
            int index = row.indexOf(name);
            if (index < 0) {
                throw unknown(name, names(row));
            }
            Column column = row.column(index);
            return new ColumnRef(index, column.type(), column.nullable());
        }
    }

    static Mistake unknown(String name, List<String> known) {
        return Mistake.here(
                ProblemCode.UNKNOWN_COLUMN, "unknown column '" + name + "'", Suggestions.nearest(name, known));
    }

    static List<String> names(RowType row) {
        return new ArrayList<>(row.columns().stream().map(Column::name).toList());
    }
}
