package io.weirflow.connectors.jdbc;

import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.ColumnText;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** Hands the value of one column to a statement, as the table's column takes it. */
final class ValueBinder {

    private final RowType rowType;
    private final int column;
    private final TableColumn target;

    ValueBinder(RowType rowType, int column, TableColumn target) {
        this.rowType = rowType;
        this.column = column;
        this.target = target;
    }

    void bind(PreparedStatement statement, int parameter, Row row) throws SQLException {
        DataType type = rowType.column(column).type();
        if (row.isNull(column)) {
            statement.setNull(parameter, target.isTextLike() ? Types.OTHER : target.jdbcType());
        } else if (!(type instanceof Scalar scalar)) {
            bindObject(statement, parameter, row, type);
        } else {
            bindScalar(statement, parameter, row, scalar);
        }
    }

    private void bindObject(PreparedStatement statement, int parameter, Row row, DataType type) throws SQLException {
        if (type instanceof DataType.Decimal) {
            statement.setBigDecimal(parameter, (BigDecimal) row.getObject(column));
        } else {
            bindText(statement, parameter, ColumnText.of(row, column, rowType));
        }
    }

    private void bindText(PreparedStatement statement, int parameter, String text) throws SQLException {
        if (target.isTextLike()) {
            statement.setObject(parameter, text, Types.OTHER);
        } else {
            statement.setString(parameter, text);
        }
    }

    private void bindScalar(PreparedStatement statement, int parameter, Row row, Scalar scalar) throws SQLException {
        switch (scalar) {
            case BOOLEAN -> statement.setBoolean(parameter, row.getBoolean(column));
            case INTEGER -> statement.setInt(parameter, row.getInt(column));
            case BIGINT -> statement.setLong(parameter, row.getLong(column));
            case DOUBLE -> statement.setDouble(parameter, row.getDouble(column));
            case VARCHAR -> bindText(statement, parameter, String.valueOf(row.getString(column)));
            case VARBINARY -> statement.setBytes(parameter, (byte[]) row.getObject(column));
            case DATE -> statement.setObject(parameter, LocalDate.ofEpochDay(row.getInt(column)));
            case TIME ->
                statement.setObject(
                        parameter, LocalTime.ofNanoOfDay(TimeUnit.MILLISECONDS.toNanos(row.getInt(column))));
            case TIMESTAMP -> bindInstant(statement, parameter, Instant.ofEpochMilli(row.getLong(column)));
        }
    }

    /** A column without a zone gets UTC. */
    private void bindInstant(PreparedStatement statement, int parameter, Instant instant) throws SQLException {
        if (target.hasZone()) {
            statement.setObject(parameter, instant.atOffset(ZoneOffset.UTC));
        } else {
            statement.setObject(parameter, LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
        }
    }
}
