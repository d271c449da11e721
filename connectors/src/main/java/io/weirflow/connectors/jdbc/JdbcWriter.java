package io.weirflow.connectors.jdbc;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.jdbc.ProgressTable.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the rows of one slot to a table, together with the number of the last of them in one transaction: see {@link ProgressTable}. */
final class JdbcWriter implements SinkWriter.External {

    /** Rows that go to the database in one message; more would only be more memory there. */
    private static final int BATCH_ROWS = 1_000;

    private final Target target;
    private final ProgressTable.Key key;
    private final Pools.Lease connections;
    private final List<Numbered> waiting = new ArrayList<>();
    private @Nullable Opened opened;

    private record Numbered(long sequence, Row row) {}

    /** What is known once the database has answered. */
    private static final class Opened {
        private final ProgressTable progress;
        private final String sql;
        private final List<ValueBinder> binders;
        private final int[] keyColumns;
        private Place place;

        Opened(ProgressTable progress, String sql, List<ValueBinder> binders, int[] keyColumns, Place place) {
            this.progress = progress;
            this.sql = sql;
            this.binders = binders;
            this.keyColumns = keyColumns;
            this.place = place;
        }
    }

    JdbcWriter(Target target, ProgressTable.Key key, Pools.Lease connections) {
        this.target = target;
        this.key = key;
        this.connections = connections;
    }

    @Override
    public long durableSequence() {
        try (Connection connection = connections.connection()) {
            Opened fresh = open(connection);
            opened = fresh;
            return fresh.place.lastRow();
        } catch (SQLException e) {
            throw SqlFailures.of(e, target.where());
        }
    }

    private Opened open(Connection connection) throws SQLException {
        TableCheck check = new TableCheck(connection, target);
        List<TableColumn> into = check.check();
        RowType rowType = target.rowType();
        List<ValueBinder> binders = new ArrayList<>();
        for (int i = 0; i < into.size(); i++) {
            binders.add(new ValueBinder(rowType, i, into.get(i)));
        }
        List<String> columns = into.stream().map(TableColumn::name).toList();
        Dialect dialect = target.dialect();
        String sql = target.upsert()
                ? dialect.upsert(check.table(), columns, target.key())
                : dialect.insert(check.table(), columns);
        int[] keyColumns = target.key().stream().mapToInt(rowType::indexOf).toArray();
        ProgressTable progress = new ProgressTable(check.table(), key);
        Place place = progress.takeOver(connection);
        connection.commit();
        return new Opened(progress, sql, binders, keyColumns, place);
    }

    @Override
    public void write(long sequence, Row row, long eventTimeMs) {
        waiting.add(new Numbered(sequence, row));
    }

    @Override
    public long commit(long sequence, boolean checkpoint) {
        Opened to = Objects.requireNonNull(opened, "asked for the last row before rows are written");
        if (waiting.isEmpty()) {
            return to.place.lastRow();
        }
        try (Connection connection = connections.connection()) {
            try {
                to.progress.advance(connection, to.place, sequence, target.where());
                insert(connection, to, lastOfEachKey(to));
                connection.commit();
            } catch (SQLException e) {
                throw blamed(connection, to, e);
            }
        } catch (SQLException e) {
            throw SqlFailures.of(e, target.where());
        }
        to.place = new Place(to.place.epoch(), sequence);
        waiting.clear();
        return sequence;
    }

    /** One statement must not replace a row twice, and of rows with one key only the last will be seen anyway. */
    private Collection<Numbered> lastOfEachKey(Opened to) {
        if (!target.upsert()) {
            return waiting;
        }
        Map<List<@Nullable Object>, Numbered> last = new LinkedHashMap<>();
        for (Numbered one : waiting) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int column : to.keyColumns) {
                Object value = Values.get(
                        one.row(), column, target.rowType().column(column).type());
                // Equal for databases, but not for Java.
                values.add(value instanceof Double zero && zero == 0 ? (Object) 0.0 : value);
            }
            last.remove(values);
            last.put(values, one);
        }
        return last.values();
    }

    private static void insert(Connection connection, Opened to, Collection<Numbered> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(to.sql)) {
            int batched = 0;
            for (Numbered one : rows) {
                bind(statement, to, one.row());
                statement.addBatch();
                if (++batched % BATCH_ROWS == 0) {
                    statement.executeBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static void bind(PreparedStatement statement, Opened to, Row row) throws SQLException {
        for (int i = 0; i < to.binders.size(); i++) {
            to.binders.get(i).bind(statement, i + 1, row);
        }
    }

    /** Finds out which row is to blame: each goes in by itself, and nothing of it stays. */
    private ConnectorException blamed(Connection connection, Opened to, SQLException failure) throws SQLException {
        if (!SqlFailures.isOfARow(failure)) {
            return SqlFailures.of(failure, target.where());
        }
        connection.rollback();
        try (PreparedStatement statement = connection.prepareStatement(to.sql)) {
            for (Numbered one : waiting) {
                try {
                    bind(statement, to, one.row());
                    statement.executeUpdate();
                } catch (SQLException e) {
                    String reason =
                            String.valueOf(SqlFailures.root(e).getMessage()).strip();
                    return ConnectorException.fatal(target.where() + "row " + one.sequence() + " of slot " + key.slot()
                            + " does not go into table " + target.table() + ": " + reason
                            + "; correct the table, or the stage that makes the row, and start the pipeline again:"
                            + " it goes on with this row");
                }
            }
        } finally {
            connection.rollback();
        }
        return SqlFailures.of(failure, target.where());
    }

    @Override
    public void close() {
        connections.close();
    }
}
