package io.weirflow.api.row;

import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row on the heap that can be written again and again: the scratch row of decoders and projections. Words live in a
 * {@code long[]}, so numbers are never boxed. Not safe for use by several threads.
 *
 * <p>Every column starts as NULL. Setters do not check types.
 */
public final class MutableRow implements Row {

    private final long[] words;
    private final @Nullable Object[] objects;
    private final boolean[] present;

    public MutableRow(int size) {
        words = new long[size];
        objects = new Object[size];
        present = new boolean[size];
    }

    private MutableRow(MutableRow other) {
        words = other.words.clone();
        objects = other.objects.clone();
        present = other.present.clone();
    }

    @Override
    public int size() {
        return words.length;
    }

    /** Makes every column NULL. */
    public void clear() {
        Arrays.fill(present, false);
        Arrays.fill(objects, null);
    }

    public void setNull(int column) {
        present[column] = false;
        objects[column] = null;
    }

    public void setBoolean(int column, boolean value) {
        setLong(column, value ? 1 : 0);
    }

    public void setInt(int column, int value) {
        setLong(column, value);
    }

    public void setLong(int column, long value) {
        words[column] = value;
        present[column] = true;
    }

    public void setDouble(int column, double value) {
        words[column] = Double.doubleToLongBits(value);
        present[column] = true;
    }

    /** Sets a value held as an object; null makes the column NULL. */
    public void setObject(int column, @Nullable Object value) {
        objects[column] = value;
        present[column] = value != null;
    }

    /**
     * Sets a column from a boxed Java value of the given type (Boolean, Integer, Long, Double, String, …); null makes it NULL.
     * For cold paths and tests.
     *
     * @throws ClassCastException when the value is not of the type
     */
    public void setValue(int column, DataType type, @Nullable Object value) {
        if (value == null) {
            setNull(column);
        } else if (type.storage() == DataType.Storage.OBJECT) {
            setObject(column, value);
        } else if (type.storage() == DataType.Storage.DOUBLE_WORD) {
            setDouble(column, ((Number) value).doubleValue());
        } else if (value instanceof Boolean bool) {
            setBoolean(column, bool);
        } else {
            setLong(column, ((Number) value).longValue());
        }
    }

    /** Copies one column of another row, whatever its type. */
    public void setFrom(int column, Row source, int sourceColumn, DataType type) {
        if (source.isNull(sourceColumn)) {
            setNull(column);
            return;
        }
        switch (type.storage()) {
            case WORD -> setLong(column, source.getLong(sourceColumn));
            case DOUBLE_WORD -> setDouble(column, source.getDouble(sourceColumn));
            case OBJECT -> setObject(column, source.getObject(sourceColumn));
        }
    }

    @Override
    public boolean isNull(int column) {
        return !present[column];
    }

    @Override
    public long getLong(int column) {
        return words[column];
    }

    @Override
    public double getDouble(int column) {
        return Double.longBitsToDouble(words[column]);
    }

    @Override
    public @Nullable Object getObject(int column) {
        return objects[column];
    }

    @Override
    public MutableRow copy() {
        return new MutableRow(this);
    }

    /** Returns a row of boxed values; for cold paths and tests. */
    public static MutableRow of(RowType type, @Nullable Object... values) {
        if (values.length != type.size()) {
            throw new IllegalArgumentException(values.length + " values for " + type.size() + " columns");
        }
        MutableRow row = new MutableRow(values.length);
        for (int i = 0; i < values.length; i++) {
            row.setValue(i, type.column(i).type(), values[i]);
        }
        return row;
    }

    /** Two rows are equal when their values are; byte arrays by content. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof MutableRow that) || size() != that.size()) {
            return false;
        }
        for (int i = 0; i < words.length; i++) {
            if (present[i] != that.present[i] || (present[i] && !sameValue(that, i))) {
                return false;
            }
        }
        return true;
    }

    private boolean sameValue(MutableRow that, int column) {
        Object mine = objects[column];
        Object theirs = that.objects[column];
        return (mine == null && theirs == null)
                ? words[column] == that.words[column]
                : Objects.deepEquals(mine, theirs);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < words.length; i++) {
            Object value = objects[i];
            int one = !present[i] ? 0 : value == null ? Long.hashCode(words[i]) : deepHash(value);
            hash = 31 * hash + one;
        }
        return hash;
    }

    private static int deepHash(Object value) {
        return value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : ", ");
            text.append(
                    !present[i] ? "NULL" : objects[i] == null ? Long.toString(words[i]) : String.valueOf(objects[i]));
        }
        return text.append(']').toString();
    }
}
