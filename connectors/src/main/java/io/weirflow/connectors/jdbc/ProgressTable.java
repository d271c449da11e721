package io.weirflow.connectors.jdbc;

import io.weirflow.api.connector.ConnectorException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How far each slot of each sink has come, in a table beside that of the rows: one row for each (pipeline, sink, slot, run). Whoever opens the sink
 * for a slot takes the next epoch. Rows go in together with their number, under the writer's epoch and after the number that it knows of; the update
 * of that one row finds nothing when another has taken over since, and locks the others out until the transaction has ended. So of two writers
 * of a slot one fails, whatever each believes.
 */
final class ProgressTable {

    static final String NAME = "weirflow_progress";

    /** SQLSTATE of a transaction that should be repeated. */
    private static final String AGAIN = "40001";

    private final TableName table;
    private final Key key;

    /** What a row is found by. */
    record Key(String pipeline, String sink, int slot, String run) {}

    /**
     * Where a writer stands.
     *
     * @param epoch counts the writers of the slot
     * @param lastRow number of the last row that is in the table
     */
    record Place(long epoch, long lastRow) {}

    ProgressTable(TableName rows, Key key) {
        this.table = rows.sibling(NAME);
        this.key = key;
    }

    /** Makes the table. */
    static void create(Connection connection, TableName rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE " + rows.sibling(NAME).sql()
                    + " (pipeline VARCHAR(200) NOT NULL, sink VARCHAR(200) NOT NULL, slot INTEGER NOT NULL,"
                    + " run VARCHAR(200) NOT NULL, epoch BIGINT NOT NULL, last_row BIGINT NOT NULL,"
                    + " PRIMARY KEY (pipeline, sink, slot, run))");
        }
    }

    /** Takes the slot over from any other writer. The transaction must be committed then. */
    Place takeOver(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE " + table.sql() + " SET epoch = epoch + 1" + where())) {
            bindKey(update, 1);
            if (update.executeUpdate() == 0) {
                insert(connection);
                return new Place(1, 0);
            }
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT epoch, last_row FROM " + table.sql() + where())) {
            bindKey(select, 1);
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    throw new SQLException("the row of " + table + " that was just updated is gone");
                }
                return new Place(found.getLong(1), found.getLong(2));
            }
        }
    }

    private void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table.sql()
                + " (pipeline, sink, slot, run, epoch, last_row) VALUES (?, ?, ?, ?, 1, 0)")) {
            bindKey(insert, 1);
            insert.executeUpdate();
        } catch (SQLException e) {
            if (SqlFailures.isOfARow(e)) {
                throw new SQLException("another writer opens slot " + key.slot() + " at the same moment", AGAIN);
            }
            throw e;
        }
    }

    /**
     * Moves the number on, as a part of the transaction with the rows.
     *
     * @throws ConnectorException when another writer has taken over
     */
    void advance(Connection connection, Place from, long to, String where) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE " + table.sql() + " SET last_row = ?" + where() + " AND epoch = ? AND last_row = ?")) {
            update.setLong(1, to);
            bindKey(update, 2);
            update.setLong(6, from.epoch());
            update.setLong(7, from.lastRow());
            if (update.executeUpdate() != 1) {
                throw ConnectorException.superseded(
                        where + "another writer has taken over slot " + key.slot() + "; this one stops");
            }
        }
    }

    private static String where() {
        return " WHERE pipeline = ? AND sink = ? AND slot = ? AND run = ?";
    }

    private void bindKey(PreparedStatement statement, int first) throws SQLException {
        statement.setString(first, key.pipeline());
        statement.setString(first + 1, key.sink());
        statement.setInt(first + 2, key.slot());
        statement.setString(first + 3, key.run());
    }
}
