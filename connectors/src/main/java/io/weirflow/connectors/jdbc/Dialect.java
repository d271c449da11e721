package io.weirflow.connectors.jdbc;

import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** In what databases differ. */
enum Dialect {
    POSTGRESQL,

    /** Plain SQL: rows can be appended. */
    OTHER;

    private static final String POSTGRESQL_URL = "jdbc:postgresql:";

    /** A transaction that says nothing for so long is ended by the database: a writer that sleeps must not hold its lock for ever. */
    private static final String IDLE_IN_TRANSACTION = "30s";

    /** So long to wait for another writer's lock before trying again. */
    private static final String LOCK_TIMEOUT = "10s";

    static Dialect of(String url) {
        return url.startsWith(POSTGRESQL_URL) ? POSTGRESQL : OTHER;
    }

    boolean upserts() {
        return this == POSTGRESQL;
    }

    /** Returns what to run on each new connection. */
    Optional<String> sessionSettings() {
        return this == POSTGRESQL
                ? Optional.of("SET idle_in_transaction_session_timeout = '" + IDLE_IN_TRANSACTION
                        + "'; SET lock_timeout = '" + LOCK_TIMEOUT + "'")
                : Optional.empty();
    }

    /** Returns what the driver is told, unless the URL says something else. */
    Properties connectionProperties() {
        Properties properties = new Properties();
        if (this == POSTGRESQL) {
            properties.setProperty("reWriteBatchedInserts", "true");
            properties.setProperty("connectTimeout", "5");
            properties.setProperty("socketTimeout", "60");
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("ApplicationName", "weirflow");
        }
        return properties;
    }

    String insert(TableName table, List<String> columns) {
        return "INSERT INTO " + table.sql() + " (" + quoted(table, columns) + ") VALUES ("
                + columns.stream().map(any -> "?").collect(Collectors.joining(", ")) + ")";
    }

    /** Returns an insert that replaces the row of the same key. */
    String upsert(TableName table, List<String> columns, List<String> key) {
        List<String> others =
                columns.stream().filter(column -> !key.contains(column)).toList();
        String update = others.stream()
                .map(column -> table.quote(column) + " = EXCLUDED." + table.quote(column))
                .collect(Collectors.joining(", "));
        return insert(table, columns) + " ON CONFLICT (" + quoted(table, key) + ") DO "
                + (others.isEmpty() ? "NOTHING" : "UPDATE SET " + update);
    }

    private static String quoted(TableName table, List<String> columns) {
        return columns.stream().map(table::quote).collect(Collectors.joining(", "));
    }

    /** Returns the type of a new column for such values. */
    String columnType(DataType type) {
        if (type instanceof Decimal decimal) {
            return "NUMERIC(" + decimal.precision() + ", " + decimal.scale() + ")";
        }
        if (!(type instanceof Scalar scalar)) {
            return this == POSTGRESQL ? "JSONB" : "VARCHAR(8000)";
        }
        return switch (scalar) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case DOUBLE -> "DOUBLE PRECISION";
            case VARCHAR -> this == POSTGRESQL ? "TEXT" : "VARCHAR(8000)";
            case VARBINARY -> this == POSTGRESQL ? "BYTEA" : "VARBINARY(8000)";
            case DATE -> "DATE";
            case TIME -> "TIME(3)";
            case TIMESTAMP -> "TIMESTAMP(3) WITH TIME ZONE";
        };
    }
}
