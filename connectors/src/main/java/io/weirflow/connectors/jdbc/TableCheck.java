package io.weirflow.connectors.jdbc;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at the table of a sink before anything is written: is it there, does it take the rows, and if not, what to do. */
final class TableCheck {

    /** As drivers call what rows can be put in. */
    private static final String[] TABLES = {"TABLE", "BASE TABLE", "PARTITIONED TABLE", "FOREIGN TABLE", "VIEW"};

    private final Connection connection;
    private final DatabaseMetaData metadata;
    private final Target target;
    private final TableName table;

    /** @param connection without auto-commit; what is made is committed */
    TableCheck(Connection connection, Target target) throws SQLException {
        this.connection = connection;
        this.metadata = connection.getMetaData();
        this.target = target;
        TableName written = TableName.parse(target.table(), metadata.getIdentifierQuoteString());
        Optional<String> schema = written.schema().or(this::currentSchema);
        this.table = schema.map(written::in).orElse(written);
    }

    private Optional<String> currentSchema() {
        try {
            return Optional.ofNullable(connection.getSchema());
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    TableName table() {
        return table;
    }

    /**
     * Returns the table's columns for those of the rows, in their order.
     *
     * @throws ConnectorException when the table is absent or does not take the rows: all that is wrong with it, and what to do
     */
    List<TableColumn> check() throws SQLException {
        if (!exists(table.table())) {
            absent();
        }
        if (!exists(ProgressTable.NAME)) {
            make(() -> ProgressTable.create(connection, table), ProgressTable.NAME);
        }
        Map<String, TableColumn> there = columns();
        List<String> problems = new ArrayList<>();
        List<TableColumn> taken = new ArrayList<>();
        for (Column column : target.rowType().columns()) {
            TableColumn into = there.get(column.name());
            if (into == null) {
                problems.add("it has no column '" + column.name() + "'" + nearest(column.name(), there.keySet()));
            } else {
                checkColumn(column, into, problems);
                taken.add(into);
            }
        }
        checkOthers(there, problems);
        if (target.upsert() && !uniqueKeys().contains(Set.copyOf(target.key()))) {
            problems.add("no primary key or unique index is over exactly (" + String.join(", ", target.key())
                    + "), which 'key' of an upsert needs: CREATE UNIQUE INDEX ON " + table.sql() + " ("
                    + quoted(target.key()) + ")");
        }
        if (!problems.isEmpty()) {
            throw ConnectorException.fatal(
                    target.where() + "table " + table + " does not take the rows: " + String.join("; ", problems));
        }
        return taken;
    }

    private void checkColumn(Column column, TableColumn into, List<String> problems) {
        if (into.generated()) {
            problems.add("column '" + column.name() + "' is made by the database; leave it out with 'select'");
        } else if (!into.takes(column.type())) {
            problems.add("column '" + column.name() + "' is " + into + ", and the rows have "
                    + column.type().sql() + ": make it " + target.dialect().columnType(column.type())
                    + ", or CAST it in a 'select'");
        }
    }

    private void checkOthers(Map<String, TableColumn> there, List<String> problems) {
        for (TableColumn column : there.values()) {
            if (column.mustBeGiven() && target.rowType().indexOf(column.name()) < 0) {
                problems.add(
                        "column '" + column.name() + "' is NOT NULL without a default, and the rows do not have it");
            }
        }
    }

    private boolean exists(String name) throws SQLException {
        try (ResultSet tables =
                metadata.getTables(connection.getCatalog(), pattern(table.schema()), pattern(name), TABLES)) {
            return tables.next();
        }
    }

    private void absent() throws SQLException {
        String create = createTable();
        if (!target.create()) {
            String like = nearest(table.table(), tables());
            throw ConnectorException.fatal(target.where() + "there is no table " + table + like + "; this would do: "
                    + create + " (or write 'create: true')");
        }
        make(
                () -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate(create);
                    }
                },
                table.table());
    }

    /** Several slots may make it at once: one of them does, the others find it. */
    private void make(Making making, String name) throws SQLException {
        try {
            making.make();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (!exists(name)) {
                throw e;
            }
        }
    }

    /** Makes a table. */
    @FunctionalInterface
    private interface Making {
        void make() throws SQLException;
    }

    private String createTable() {
        RowType rowType = target.rowType();
        String columns = rowType.columns().stream()
                .map(column -> table.quote(column.name()) + " "
                        + target.dialect().columnType(column.type()) + (column.nullable() ? "" : " NOT NULL"))
                .collect(Collectors.joining(", "));
        String key = target.upsert() ? ", PRIMARY KEY (" + quoted(target.key()) + ")" : "";
        return "CREATE TABLE " + table.sql() + " (" + columns + key + ")";
    }

    private String quoted(List<String> names) {
        return names.stream().map(table::quote).collect(Collectors.joining(", "));
    }

    private Set<String> tables() throws SQLException {
        Set<String> names = new HashSet<>();
        try (ResultSet tables = metadata.getTables(connection.getCatalog(), pattern(table.schema()), "%", TABLES)) {
            while (tables.next()) {
                names.add(tables.getString("TABLE_NAME"));
            }
        }
        return names;
    }

    private Map<String, TableColumn> columns() throws SQLException {
        Map<String, TableColumn> columns = new LinkedHashMap<>();
        try (ResultSet found =
                metadata.getColumns(connection.getCatalog(), pattern(table.schema()), pattern(table.table()), null)) {
            while (found.next()) {
                String name = found.getString("COLUMN_NAME");
                boolean generated = "YES".equals(found.getString("IS_GENERATEDCOLUMN"));
                boolean optional = found.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls
                        || found.getString("COLUMN_DEF") != null
                        || "YES".equals(found.getString("IS_AUTOINCREMENT"))
                        || generated;
                columns.put(
                        name,
                        new TableColumn(
                                name,
                                found.getInt("DATA_TYPE"),
                                found.getString("TYPE_NAME"),
                                found.getInt("COLUMN_SIZE"),
                                found.getInt("DECIMAL_DIGITS"),
                                !optional,
                                generated));
            }
        }
        return columns;
    }

    /** Returns the sets of columns of which no two rows have the same values. Indexes over a part of the rows do not count. */
    private Set<Set<String>> uniqueKeys() throws SQLException {
        Map<String, Set<String>> byIndex = new TreeMap<>();
        Set<String> partial = new HashSet<>();
        try (ResultSet indexes = metadata.getIndexInfo(
                connection.getCatalog(), table.schema().orElse(null), table.table(), true, false)) {
            while (indexes.next()) {
                String index = indexes.getString("INDEX_NAME");
                String column = indexes.getString("COLUMN_NAME");
                if (index != null && column != null) {
                    byIndex.computeIfAbsent(index, any -> new HashSet<>()).add(column);
                    if (indexes.getString("FILTER_CONDITION") != null) {
                        partial.add(index);
                    }
                }
            }
        }
        byIndex.keySet().removeAll(partial);
        return Set.copyOf(byIndex.values());
    }

    /** Names of metadata are patterns. */
    private String pattern(String name) throws SQLException {
        String escape = metadata.getSearchStringEscape();
        return name.replace(escape, escape + escape).replace("_", escape + "_").replace("%", escape + "%");
    }

    private @Nullable String pattern(Optional<String> schema) throws SQLException {
        return schema.isPresent() ? pattern(schema.get()) : null;
    }

    /** Databases fold the case of names that are not quoted: that is the usual mistake. */
    private static String nearest(String name, Set<String> others) {
        return others.stream()
                .filter(other -> other.equalsIgnoreCase(name))
                .findFirst()
                .map(other -> "; did you mean '" + other + "'?")
                .orElse("");
    }
}
