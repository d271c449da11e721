package io.weirflow.connectors.format;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import java.util.stream.IntStream;

/** Checks that columns that are NOT NULL have a value. */
final class RequiredColumns {

    private final RowType rowType;
    private final int[] required;

    RequiredColumns(RowType rowType) {
        this(rowType, IntStream.range(0, rowType.size()));
    }

    /** @param read the columns that are read; others are not checked */
    RequiredColumns(RowType rowType, IntStream read) {
        this.rowType = rowType;
        this.required = read.filter(i -> !rowType.column(i).nullable()).toArray();
    }

    /** Returns whether all have a value. */
    boolean areIn(Row row) {
        for (int column : required) {
            if (row.isNull(column)) {
                return false;
            }
        }
        return true;
    }

    void check(Row row) throws DecodeException {
        for (int column : required) {
            if (row.isNull(column)) {
                throw new DecodeException("column '" + rowType.column(column).name() + "' is missing and NOT NULL");
            }
        }
    }
}
