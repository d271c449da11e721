package io.weirflow.api.row;

import io.weirflow.api.type.DataType;
import org.jspecify.annotations.Nullable;

/** Boxed access to values of rows, for cold paths: rendering, tests, state of user operators. */
public final class Values {

    private Values() {}

    /**
     * Returns a column's value boxed as {@link DataType} says (Boolean, Integer, Long, Double, or the object), or null.
     */
    public static @Nullable Object get(Row row, int column, DataType type) {
        if (row.isNull(column)) {
            return null;
        }
        return switch (type.storage()) {
            case DOUBLE_WORD -> row.getDouble(column);
            case OBJECT -> row.getObject(column);
            case WORD -> boxWord(row.getLong(column), type);
        };
    }

    private static Object boxWord(long word, DataType type) {
        if (type == DataType.Scalar.BOOLEAN) {
            return word != 0;
        }
        boolean isLong = type == DataType.Scalar.BIGINT || type == DataType.Scalar.TIMESTAMP;
        return isLong ? (Object) word : (Object) (int) word;
    }
}
