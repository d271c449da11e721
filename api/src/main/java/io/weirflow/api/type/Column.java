package io.weirflow.api.type;

import java.util.Objects;

/**
 * A named, typed column.
 *
 * @param name the name as the user wrote it; names are case-sensitive
 * @param type the type of its values
 * @param nullable whether a value may be NULL
 */
public record Column(String name, DataType type, boolean nullable) {

    public Column {
        Objects.requireNonNull(type, "type");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a column needs a name");
        }
    }

    /** Returns a nullable column. */
    public static Column of(String name, DataType type) {
        return new Column(name, type, true);
    }

    /** Returns a column that is never NULL. */
    public static Column required(String name, DataType type) {
        return new Column(name, type, false);
    }

    /** Returns the column as it is written in YAML or DDL. */
    public String sql() {
        return name + " " + type.sql() + (nullable ? "" : " NOT NULL");
    }
}
