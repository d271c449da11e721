package io.weirflow.api.row;

import org.jspecify.annotations.Nullable;

/**
 * Read access to the values of one row, by column index. The row's {@link io.weirflow.api.type.RowType} is known from the
 * context and not carried by the row.
 *
 * <p>A row handed to a method is valid only during the call, unless its contract says otherwise: the caller may reuse it
 * for the next one. Keep {@link #copy()} to keep a row. Getters do not check types: asking for a type that the column does
 * not have gives an undefined value or a {@link ClassCastException}.
 */
public interface Row {

    /** Returns the number of columns. */
    int size();

    boolean isNull(int column);

    /** Returns a BOOLEAN; undefined when NULL. */
    default boolean getBoolean(int column) {
        return getLong(column) != 0;
    }

    /** Returns an INTEGER, DATE (days since 1970-01-01) or TIME (milliseconds of the day); undefined when NULL. */
    default int getInt(int column) {
        return (int) getLong(column);
    }

    /** Returns a BIGINT, or a TIMESTAMP in milliseconds since the epoch, or any other word; undefined when NULL. */
    long getLong(int column);

    /** Returns a DOUBLE; undefined when NULL. */
    double getDouble(int column);

    /** Returns the value of a column that is held as an object (see {@link io.weirflow.api.type.DataType}), or null. */
    @Nullable
    Object getObject(int column);

    /** Returns a VARCHAR, or null. */
    default @Nullable String getString(int column) {
        return (String) getObject(column);
    }

    /** Returns a row of its own with the same values, which stays valid. */
    Row copy();
}
