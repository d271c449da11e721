package io.weirflow.connectors.format;

import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;

/** The plain text of one value, as CSV would have it but without quotes; nested values as JSON. */
public final class ColumnText {

    private ColumnText() {}

    /** Returns the text of a column's value, empty for NULL. */
    public static String of(Row row, int column, RowType rowType) {
        return row.isNull(column)
                ? ""
                : TextValues.format(row, column, rowType.column(column).type());
    }
}
