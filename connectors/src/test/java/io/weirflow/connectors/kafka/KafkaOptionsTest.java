package io.weirflow.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.format.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class KafkaOptionsTest {

    private static final RowType TYPE = RowType.of(
            Column.of("a", Scalar.VARCHAR), Column.of("n", Scalar.BIGINT), Column.of("at", Scalar.TIMESTAMP));

    @Test
    void startsWhereItIsTold() {
        assertThat(StartFrom.parse("earliest")).contains(new StartFrom.Earliest());
        assertThat(StartFrom.parse("latest")).contains(new StartFrom.Latest());
        assertThat(StartFrom.parse("12")).contains(new StartFrom.Timestamp(12));
        assertThat(StartFrom.parse("1970-01-01T00:00:01Z")).contains(new StartFrom.Timestamp(1000));
        assertThat(StartFrom.parse("soon")).isEmpty();
        assertThat(StartFrom.parse("99999999999999999999")).isEmpty();
    }

    @Test
    void checksOptions() {
        assertThat(new KafkaSource().check(Kit.options("topic", "a b", "from", "soon", "max_record_bytes", 0L)))
                .extracting("option")
                .containsExactly("topic", "from", "max_record_bytes");
        assertThat(new KafkaSink()
                        .check(Kit.options("topic", "t", "key", java.util.List.of("a", "z"), "partitions", 0L), TYPE))
                .extracting("option")
                .containsExactly("key", "partitions");
    }

    @Test
    void keysAndValues() {
        MutableRow row = MutableRow.of(TYPE, "x", 5L, 0L);
        assertThat(key(row, "a")).isEqualTo("x");
        assertThat(key(row, "at")).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(key(row, "n", "a")).isEqualTo("{\"n\":5,\"a\":\"x\"}");
        assertThat(writer().key(row)).isNull();
        assertThat(writer("a").key(MutableRow.of(TYPE, null, 5L, 0L))).isNull();
        assertThat(writer().value(row))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"a\":\"x\",\"n\":5,\"at\":\"1970-01-01T00:00:00.000Z\"}");
    }

    private static String key(MutableRow row, String... columns) {
        return new String(writer(columns).key(row), StandardCharsets.UTF_8);
    }

    private static SinkWriter.Log writer(String... key) {
        Options options = Kit.options("topic", "t", "key", java.util.List.of(key));
        var encoder = new JsonFormat().encoder(Options.NONE, TYPE).orElseThrow();
        return (SinkWriter.Log) new KafkaSink().open(Kit.sink(Path.of("."), options, encoder, TYPE), 0);
    }
}
