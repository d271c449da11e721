package io.weirflow.language.sql;

import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Array;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.MapOf;
import io.weirflow.api.type.DataType.RowOf;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;

/** The columns that tests of expressions use. */
final class TestRows {
    static final RowType NESTED = RowType.of(
            Column.of("a", Scalar.INTEGER), Column.required("b", Scalar.VARCHAR), Column.of("date", Scalar.DATE));

    /** Of every type one, nullable; {@code id}, {@code n}, {@code name} are never NULL. */
    static final RowType ROW = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("n", Scalar.INTEGER),
            Column.required("name", Scalar.VARCHAR),
            Column.of("flag", Scalar.BOOLEAN),
            Column.of("status", Scalar.INTEGER),
            Column.of("big", Scalar.BIGINT),
            Column.of("latency", Scalar.DOUBLE),
            Column.of("price", new Decimal(10, 2)),
            Column.of("rate", new Decimal(8, 4)),
            Column.of("host", Scalar.VARCHAR),
            Column.of("json", Scalar.VARCHAR),
            Column.of("bytes", Scalar.VARBINARY),
            Column.of("day", Scalar.DATE),
            Column.of("clock", Scalar.TIME),
            Column.of("ts", Scalar.TIMESTAMP),
            Column.of("ts2", Scalar.TIMESTAMP),
            Column.of("tags", new Array(Scalar.VARCHAR)),
            Column.of("labels", new MapOf(Scalar.DOUBLE)),
            Column.of("r", new RowOf(NESTED)),
            Column.of("rows", new Array(new RowOf(NESTED))));

    private TestRows() {}
}
