package io.weirflow.api.type;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The ordered columns of a row. Immutable; two row types are equal when their columns are. */
public final class RowType {

    /** A row type without columns. */
    public static final RowType EMPTY = new RowType(List.of());

    private final List<Column> columns;
    private final Map<String, Integer> indexByName;

    private RowType(List<Column> columns) {
        this.columns = List.copyOf(columns);
        this.indexByName = new HashMap<>();
        for (int i = 0; i < this.columns.size(); i++) {
            if (indexByName.putIfAbsent(this.columns.get(i).name(), i) != null) {
                throw new IllegalArgumentException(
                        "duplicate column '" + this.columns.get(i).name() + "'");
            }
        }
    }

    /**
     * Returns the row type of these columns.
     *
     * @throws IllegalArgumentException when two columns have one name
     */
    public static RowType of(List<Column> columns) {
        return new RowType(columns);
    }

    /** Like {@link #of(List)}. */
    public static RowType of(Column... columns) {
        return new RowType(List.of(columns));
    }

    public List<Column> columns() {
        return columns;
    }

    public int size() {
        return columns.size();
    }

    public Column column(int index) {
        return columns.get(index);
    }

    /** Returns the index of the column of this name, or -1. */
    public int indexOf(String name) {
        return indexByName.getOrDefault(name, -1);
    }

    /** Returns the columns as DDL, separated by commas. */
    public String sql() {
        return columns.stream().map(Column::sql).collect(Collectors.joining(", "));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowType that && columns.equals(that.columns);
    }

    @Override
    public int hashCode() {
        return columns.hashCode();
    }

    @Override
    public String toString() {
        return "ROW<" + sql() + ">";
    }
}
