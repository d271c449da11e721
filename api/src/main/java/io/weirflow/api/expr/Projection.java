package io.weirflow.api.expr;

import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;

/**
 * An ordered list of named expressions that makes one row of another.
 *
 * @param names distinct names of the resulting columns
 * @param expressions one for each name
 */
public record Projection(List<String> names, List<Expr> expressions) {

    public Projection {
        names = List.copyOf(names);
        expressions = List.copyOf(expressions);
        if (names.size() != expressions.size()) {
            throw new IllegalArgumentException(names.size() + " names for " + expressions.size() + " expressions");
        }
    }

    /** Returns the type of the rows that this makes. */
    public RowType rowType() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Expr expression = expressions.get(i);
            columns.add(new Column(names.get(i), expression.type(), expression.nullable()));
        }
        return RowType.of(columns);
    }
}
