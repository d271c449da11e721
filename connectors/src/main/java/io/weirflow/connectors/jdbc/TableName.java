package io.weirflow.connectors.jdbc;

import java.util.Optional;

/**
 * The name of a table, exactly as it is in the database.
 *
 * @param quotes what stands around names in this database's SQL
 */
record TableName(Optional<String> schema, String table, String quotes) {

    /** Returns the name that a user wrote: {@code table} or {@code schema.table}. */
    static TableName parse(String text, String quotes) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new TableName(Optional.empty(), text, quotes)
                : new TableName(Optional.of(text.substring(0, dot)), text.substring(dot + 1), quotes);
    }

    /** Returns another table of the same schema. */
    TableName sibling(String name) {
        return new TableName(schema, name, quotes);
    }

    TableName in(String newSchema) {
        return new TableName(Optional.of(newSchema), table, quotes);
    }

    String quote(String name) {
        return quotes + name.replace(quotes, quotes + quotes) + quotes;
    }

    String sql() {
        return schema.map(name -> quote(name) + ".").orElse("") + quote(table);
    }

    @Override
    public String toString() {
        return schema.map(name -> name + ".").orElse("") + table;
    }
}
