package io.weirflow.connectors.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CsvFormatTest {

    private static final RowType TYPE = RowType.of(
            Column.of("a", Scalar.VARCHAR),
            Column.of("n", Scalar.BIGINT),
            Column.of("d", Scalar.DOUBLE),
            Column.of("m", new DataType.Decimal(8, 2)),
            Column.of("ts", Scalar.TIMESTAMP));

    private final CsvFormat csv = new CsvFormat();

    private static void header(RowDecoder decoder, String text) throws DecodeException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        decoder.header(bytes, 0, bytes.length);
    }

    @Test
    void mapsByHeader() throws DecodeException {
        RowDecoder decoder = csv.decoder(Kit.options("header", true), TYPE);
        header(decoder, "ts,\"a\",skip,m, n ,d");
        Row row = Kit.decode(decoder, TYPE, "2026-01-01,\"x, \"\"y\"\"\nz\",,1469.250000, 12 ,1.5");
        assertThat(row)
                .isEqualTo(MutableRow.of(TYPE, "x, \"y\"\nz", 12L, 1.5, new BigDecimal("1469.25"), 1767225600000L));
    }

    @Test
    void tellsNullFromEmpty() throws DecodeException {
        RowDecoder decoder = csv.decoder(Options.NONE, TYPE);
        Row row = Kit.decode(decoder, TYPE, "\"\",,,,");
        assertThat(row.getString(0)).isEmpty();
        assertThat(row.isNull(1)).isTrue();
        assertThat(Kit.decode(decoder, TYPE, ",,,,").isNull(0)).isTrue();
        assertThat(Kit.decode(decoder, TYPE, "")).isNull();
    }

    @Test
    void saysWhatIsWrong() throws DecodeException {
        RowDecoder decoder = csv.decoder(Options.NONE, TYPE);
        assertThatThrownBy(() -> Kit.decode(decoder, TYPE, "a,b,,,")).hasMessage("column 'n': 'b' is not a BIGINT");
        assertThatThrownBy(() -> Kit.decode(decoder, TYPE, "a,1")).hasMessage("the record has 2 fields instead of 5");
        assertThatThrownBy(() -> Kit.decode(decoder, TYPE, "\"a,1,,,"))
                .hasMessage("the quote of field 1 is not closed");
        assertThatThrownBy(() -> Kit.decode(decoder, TYPE, "\"a\"b,1,,,"))
                .hasMessage("text behind the closing quote of field 1");
        RowDecoder named = csv.decoder(Kit.options("header", true), TYPE);
        assertThatThrownBy(() -> Kit.decode(named, TYPE, "a,1,,,")).hasMessageContaining("no header line");
        assertThatThrownBy(() -> header(named, "a,n,d,m")).hasMessageContaining("no column 'ts'; it has a, n, d, m");
        assertThatThrownBy(() -> Kit.decode(named, TYPE, "a,1,,,")).hasMessageContaining("no column 'ts'");
    }

    @Test
    void refusesNestedColumnsAndBadDelimiters() {
        RowType nested = RowType.of(Column.of("x", new DataType.Array(Scalar.INTEGER)));
        assertThat(csv.checkDecoding(Kit.options("delimiter", "::", "timestamp_format", "{"), nested))
                .extracting("option")
                .containsExactly("timestamp_format", "delimiter", "format");
    }

    /** Random texts full of quotes, delimiters and line breaks come back as they went. */
    @Test
    void roundTrip() throws DecodeException {
        Random random = new Random(11);
        RowType type = RowType.of(
                Column.of("a", Scalar.VARCHAR), Column.of("b", Scalar.VARCHAR), Column.of("d", Scalar.DOUBLE));
        for (String delimiter : new String[] {",", ";", "\t"}) {
            Options options = Kit.options("delimiter", delimiter);
            RowEncoder encoder = csv.encoder(options, type).orElseThrow();
            RowDecoder decoder = csv.decoder(options, type);
            for (int i = 0; i < 20_000; i++) {
                Row row = MutableRow.of(type, text(random), text(random), random.nextGaussian());
                assertThat(Kit.decode(decoder, type, Kit.encode(encoder, row))).isEqualTo(row);
            }
        }
    }

    private static String text(Random random) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append("\",;\t\r\n aé".charAt(random.nextInt(9)));
        }
        return text.toString();
    }

    /** Whatever the bytes, there is a row, no row, or a DecodeException. */
    @Test
    void fuzz() {
        Random random = new Random(5);
        RowDecoder decoder = csv.decoder(Options.NONE, TYPE);
        int refused = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes = "ab,12,1.5,2.25,2026-01-01".getBytes(StandardCharsets.UTF_8);
            for (int k = random.nextInt(3); k > 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                decoder.decode(bytes, 0, bytes.length, new MutableRow(TYPE.size()));
            } catch (DecodeException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 29_000);
    }

    @Test
    void writesAHeader() {
        assertThat(csv.encoder(Options.NONE, TYPE).orElseThrow().fileHeader())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("a,n,d,m,ts\n");
        assertThat(csv.encoder(Kit.options("header", false), TYPE).orElseThrow().fileHeader())
                .isEmpty();
    }

    @Test
    void leavesOutWhatIsNotRead() throws DecodeException {
        RowType type = RowType.of(
                Column.required("a", Scalar.INTEGER),
                Column.required("b", Scalar.INTEGER),
                Column.of("c", Scalar.VARCHAR));
        for (boolean header : new boolean[] {false, true}) {
            RowDecoder decoder = csv.decoder(Kit.options("header", header), type, List.of(1));
            if (header) {
                byte[] names = "c,b,a".getBytes(StandardCharsets.UTF_8);
                decoder.header(names, 0, names.length);
            }
            assertThat(Kit.decode(decoder, type, "x,7,").toString()).isEqualTo("[NULL, 7, NULL]");
            assertThatThrownBy(() -> Kit.decode(decoder, type, "1,,1"))
                    .hasMessage("column 'b' is missing and NOT NULL");
            assertThatThrownBy(() -> Kit.decode(decoder, type, "1,2")).hasMessageContaining("2 fields instead of 3");
        }
    }
}
