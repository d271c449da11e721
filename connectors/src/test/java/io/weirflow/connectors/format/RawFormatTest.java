package io.weirflow.connectors.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RawFormatTest {

    private static final String ACCESS_LOG =
            "(?<client_ip>\\S+) \\S+ \\S+ \\[(?<ts>[^\\]]+)\\] \"(?<verb>\\S+) (?<path>\\S+) [^\"]*\""
                    + " (?<status>\\d+) (?:(?<sizeBytes>\\d+)|-) \"[^\"]*\" \"(?<user_agent>[^\"]*)\"";
    private static final RowType COLUMNS = RowType.of(
            Column.required("ts", Scalar.TIMESTAMP),
            Column.of("client_ip", Scalar.VARCHAR),
            Column.of("status", Scalar.INTEGER),
            Column.of("sizeBytes", Scalar.BIGINT),
            Column.of("user_agent", Scalar.VARCHAR),
            Column.of("line", Scalar.VARCHAR));

    private final RawFormat raw = new RawFormat();

    private static Options options(String regex) {
        return Kit.options("regex", regex, "timestamp_format", "dd/MMM/yyyy:HH:mm:ss Z");
    }

    @Test
    void readsAnAccessLog() throws DecodeException {
        String line = "ip1 - - [24/Apr/2011:04:06:01 -0400] \"GET /x.jpg HTTP/1.1\" 304 - \"-\" \"Mozilla/5.0\"";
        assertThat(raw.checkDecoding(options(ACCESS_LOG), COLUMNS)).isEmpty();
        RowDecoder decoder = raw.decoder(options(ACCESS_LOG), COLUMNS);
        long ts = Instant.parse("2011-04-24T08:06:01Z").toEpochMilli();
        assertThat(Kit.decode(decoder, COLUMNS, line))
                .isEqualTo(MutableRow.of(COLUMNS, ts, "ip1", 304, null, "Mozilla/5.0", line));
        assertThat(Kit.decode(decoder, COLUMNS, line.replace(" - \"", " 40028 \""))
                        .getLong(3))
                .isEqualTo(40028);
        assertThatThrownBy(() -> Kit.decode(decoder, COLUMNS, "nonsense"))
                .hasMessage("the line does not match the regex");
        assertThatThrownBy(() -> Kit.decode(decoder, COLUMNS, line.replace("Apr", "Foo")))
                .hasMessage("column 'ts': '24/Foo/2011:04:06:01 -0400' is not a TIMESTAMP");
    }

    @Test
    void givesLines() throws DecodeException {
        RowType type = raw.columns(Options.NONE).orElseThrow();
        assertThat(type).isEqualTo(RowType.of(Column.of("line", Scalar.VARCHAR)));
        assertThat(Kit.decode(raw.decoder(Options.NONE, type), type, "a b").getString(0))
                .isEqualTo("a b");
    }

    @Test
    void knowsItsGroups() {
        assertThat(raw.columns(Kit.options("regex", "(?<a_b>x)(?<=x)[(?<n>]\\Q(?<no>\\E\\((?<c>.)\\k<a_b>"))
                        .orElseThrow()
                        .columns())
                .extracting(Column::name)
                .containsExactly("a_b", "c");
    }

    @Test
    void backReferencesWork() throws DecodeException {
        RowType type = RowType.of(Column.of("q_1", Scalar.VARCHAR));
        RowDecoder decoder = raw.decoder(Kit.options("regex", "(?<q_1>['\"]).*\\k<q_1>"), type);
        assertThat(Kit.decode(decoder, type, "'x'").getString(0)).isEqualTo("'");
        assertThatThrownBy(() -> Kit.decode(decoder, type, "'x\"")).isInstanceOf(DecodeException.class);
    }

    @Test
    void refusesBadExpressionsAndUnknownColumns() {
        assertThat(raw.checkDecoding(options("(?<a>x"), COLUMNS)).hasSize(1);
        assertThat(raw.checkDecoding(options("(?<a>x)(?<a>y)"), COLUMNS)).hasSize(1);
        assertThat(raw.checkDecoding(Options.NONE, COLUMNS)).hasSize(5);
    }

    @Test
    void aRunawayExpressionIsStopped() {
        RowType type = RowType.of(Column.of("line", Scalar.VARCHAR));
        RowDecoder decoder = raw.decoder(Kit.options("regex", "(?<a>a+)+\\k<a>b"), type);
        assertThatThrownBy(() -> Kit.decode(decoder, type, "a".repeat(200) + "c"))
                .hasMessage("the regex takes too many steps on this line");
        RowDecoder deep = raw.decoder(Kit.options("regex", "(?:a|b)*"), type);
        assertThatThrownBy(() -> Kit.decode(deep, type, "ab".repeat(40_000))).hasMessageContaining("longer than");
    }
}
