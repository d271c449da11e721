package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RowJsonTest {

    @Test
    void everyTypeIsWritten() {
        RowType nested = RowType.of(Column.of("x", Scalar.INTEGER));
        RowType type = RowType.of(
                Column.of("text", Scalar.VARCHAR),
                Column.of("truth", Scalar.BOOLEAN),
                Column.of("number", Scalar.BIGINT),
                Column.of("real", Scalar.DOUBLE),
                Column.of("none", Scalar.DOUBLE),
                Column.of("price", new DataType.Decimal(10, 2)),
                Column.of("bytes", Scalar.VARBINARY),
                Column.of("day", Scalar.DATE),
                Column.of("time", Scalar.TIME),
                Column.of("at", Scalar.TIMESTAMP),
                Column.of("list", new DataType.Array(Scalar.INTEGER)),
                Column.of("map", new DataType.MapOf(Scalar.VARCHAR)),
                Column.of("row", new DataType.RowOf(nested)),
                Column.of("null", Scalar.BIGINT));
        MutableRow row = MutableRow.of(
                type,
                "a\"b\\\n\uD83D\uDE00ü",
                true,
                Long.MIN_VALUE,
                1.5,
                Double.NaN,
                new BigDecimal("1.50"),
                new byte[] {1, 2},
                1,
                3_600_000,
                0L,
                Arrays.asList(1, null),
                Map.of("k", "v"),
                MutableRow.of(nested, 7),
                null);
        assertThat(RowJson.of(type, row))
                .isEqualTo(
                        "{\"text\":\"a\\\"b\\\\\\u000a\\ud83d\\ude00ü\",\"truth\":true,\"number\":-9223372036854775808,"
                                + "\"real\":1.5,\"none\":\"NaN\",\"price\":1.50,\"bytes\":\"AQI=\",\"day\":\"1970-01-02\","
                                + "\"time\":\"01:00\",\"at\":\"1970-01-01T00:00:00.000Z\",\"list\":[1,null],\"map\":{\"k\":\"v\"},"
                                + "\"row\":{\"x\":7},\"null\":null}");
    }
}
