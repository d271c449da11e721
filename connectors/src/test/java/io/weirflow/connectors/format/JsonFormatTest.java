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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonFormatTest {

    static final RowType NESTED = RowType.of(Column.of("x", Scalar.INTEGER), Column.of("y", Scalar.VARCHAR));
    static final RowType ALL = RowType.of(
            Column.of("b", Scalar.BOOLEAN),
            Column.of("i", Scalar.INTEGER),
            Column.of("l", Scalar.BIGINT),
            Column.of("d", Scalar.DOUBLE),
            Column.of("m", new DataType.Decimal(10, 2)),
            Column.of("s", Scalar.VARCHAR),
            Column.of("bin", Scalar.VARBINARY),
            Column.of("day", Scalar.DATE),
            Column.of("t", Scalar.TIME),
            Column.of("ts", Scalar.TIMESTAMP),
            Column.of("arr", new DataType.Array(Scalar.INTEGER)),
            Column.of("map", new DataType.MapOf(Scalar.DOUBLE)),
            Column.of("row", new DataType.RowOf(NESTED)));

    private final JsonFormat json = new JsonFormat();

    private Row decode(RowType type, String text) throws DecodeException {
        return Kit.decode(json.decoder(Options.NONE, type), type, text);
    }

    @Test
    void readsEveryType() throws DecodeException {
        Row row = decode(ALL, """
                {"b":true,"i":-7,"l":9007199254740993,"d":1.5e3,"m":12.345,"s":"é\\u00e9\\ud83d\\ude00","bin":"AQI=",
                 "day":"1970-01-02","t":"00:00:01.5","ts":"2026-01-01T00:00:00.250+01:00","unknown":{"deep":[1,{}]},
                 "arr":[1,null,3],"map":{"k":1,"z":null},"row":{"y":"in","x":5,"q":1}}""");
        assertThat(row.getBoolean(0)).isTrue();
        assertThat(row.getInt(1)).isEqualTo(-7);
        assertThat(row.getLong(2)).isEqualTo(9007199254740993L);
        assertThat(row.getDouble(3)).isEqualTo(1500.0);
        assertThat(row.getObject(4)).isEqualTo(new BigDecimal("12.35"));
        assertThat(row.getString(5)).isEqualTo("éé😀");
        assertThat((byte[]) row.getObject(6)).containsExactly(1, 2);
        assertThat(row.getInt(7)).isEqualTo(1);
        assertThat(row.getInt(8)).isEqualTo(1500);
        assertThat(row.getLong(9)).isEqualTo(1767222000250L);
        assertThat(row.getObject(10)).isEqualTo(Arrays.asList(1, null, 3));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("k", 1.0);
        map.put("z", null);
        assertThat(row.getObject(11)).isEqualTo(map);
        assertThat(row.getObject(12)).isEqualTo(MutableRow.of(NESTED, 5, "in"));
    }

    @Test
    void writesEveryTypeAndReadsItBack() throws DecodeException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("k\"", 1.0);
        map.put("n", null);
        Row row = MutableRow.of(
                ALL,
                true,
                -7,
                Long.MIN_VALUE,
                0.1,
                new BigDecimal("12.30"),
                "a\"\\\n\u0001é😀\ud800",
                new byte[] {1, 2},
                1,
                1500,
                1767222000250L,
                Arrays.asList(1, null),
                map,
                MutableRow.of(NESTED, 5, null));
        RowEncoder encoder = json.encoder(Options.NONE, ALL).orElseThrow();
        String text = Kit.encode(encoder, row);
        assertThat(text)
                .isEqualTo("{\"b\":true,\"i\":-7,\"l\":-9223372036854775808,\"d\":0.1,\"m\":12.30,"
                        + "\"s\":\"a\\\"\\\\\\n\\u0001é😀\\ud800\",\"bin\":\"AQI=\",\"day\":\"1970-01-02\",\"t\":\"00:00:01.500\","
                        + "\"ts\":\"2025-12-31T23:00:00.250Z\",\"arr\":[1,null],\"map\":{\"k\\\"\":1.0,\"n\":null},"
                        + "\"row\":{\"x\":5,\"y\":null}}");
        assertThat(decode(ALL, text)).isEqualTo(row);
    }

    @Test
    void writesNullForWhatJsonLacks() {
        RowType type =
                RowType.of(Column.of("a", Scalar.DOUBLE), Column.of("b", Scalar.DOUBLE), Column.of("c", Scalar.DOUBLE));
        RowEncoder encoder = json.encoder(Options.NONE, type).orElseThrow();
        assertThat(Kit.encode(encoder, MutableRow.of(type, Double.NaN, Double.POSITIVE_INFINITY, 2e-3)))
                .isEqualTo("{\"a\":null,\"b\":null,\"c\":0.002}");
    }

    @Test
    void doublesAreShortest() {
        RowType type = RowType.of(Column.of("a", Scalar.DOUBLE));
        RowEncoder encoder = json.encoder(Options.NONE, type).orElseThrow();
        // Double.toString gives 2.0E-3 and, before JDK 19, 2.2250738585072014E-308 with a digit too many for others.
        assertThat(Kit.encode(encoder, MutableRow.of(type, 2.0E-44))).isEqualTo("{\"a\":2.0E-44}");
        assertThat(Kit.encode(encoder, MutableRow.of(type, 1.0E23))).isEqualTo("{\"a\":1.0E23}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"i\":\"abc\"}|column 'i': 'abc' is not an INTEGER",
                "{\"i\":\"1\"}|column 'i': '1' is not an INTEGER",
                "{\"i\":2147483648}|column 'i': '2147483648' is not an INTEGER",
                "{\"i\":1.0}|column 'i': '1.0' is not an INTEGER",
                "{\"b\":1}|column 'b': '1' is not a BOOLEAN",
                "{\"d\":1e999}|column 'd': '1e999' is not a DOUBLE",
                "{\"m\":1e999999999}|column 'm': '1e999999999' is not a DECIMAL(10,2)",
                "{\"m\":100000000}|column 'm': '100000000' is not a DECIMAL(10,2)",
                "{\"s\":1}|column 's': '1' is not a VARCHAR",
                "{\"ts\":\"yesterday\"}|column 'ts': 'yesterday' is not a TIMESTAMP",
                "{\"ts\":\"2026-02-30T00:00:00Z\"}|column 'ts': '2026-02-30T00:00:00Z' is not a TIMESTAMP",
                "{\"row\":{\"x\":true}}|column 'row': column 'x': 'true' is not an INTEGER",
                "{\"arr\":[1,\"b\"]}|column 'arr': 'b' is not an INTEGER",
                "{\"arr\":{}}|column 'arr': '{…}' is not an ARRAY<INTEGER>",
                "[1]|the record is not a JSON object",
                "{} {}|the record holds more than one JSON value",
            })
    void saysWhatIsWrong(String text, String reason) {
        assertThatThrownBy(() -> decode(ALL, text))
                .isInstanceOf(DecodeException.class)
                .hasMessage(reason);
    }

    @Test
    void tinyDecimalIsZeroWithoutBuildingItsZeros() throws DecodeException {
        assertThat(decode(ALL, "{\"m\":1e-999999999}").getObject(4)).isEqualTo(new BigDecimal("0.00"));
    }

    @Test
    void missingIsNullUnlessNotNull() throws DecodeException {
        RowType type = RowType.of(Column.of("a", Scalar.INTEGER), Column.required("b", Scalar.INTEGER));
        assertThat(decode(type, "{\"b\":1}").isNull(0)).isTrue();
        assertThatThrownBy(() -> decode(type, "{\"a\":1}")).hasMessage("column 'b' is missing and NOT NULL");
        assertThatThrownBy(() -> decode(type, "{\"b\":1,\"b\":null}")).hasMessage("column 'b' is missing and NOT NULL");
        assertThat(decode(type, "{\"b\":1,\"b\":2}").getInt(1)).isEqualTo(2);
        assertThat(decode(type, "  ")).isNull();
    }

    @Test
    void leavesOutWhatIsNotRead() throws DecodeException {
        RowType type = RowType.of(
                Column.required("a", Scalar.INTEGER),
                Column.of("b", Scalar.INTEGER),
                Column.of("row", new DataType.RowOf(NESTED)));
        for (List<Integer> read : List.of(List.of(1), List.of(1, 2))) {
            RowDecoder decoder = json.decoder(Options.NONE, type, read);
            assertThat(Kit.decode(decoder, type, "{\"a\":\"no number\",\"b\":7}")
                            .toString())
                    .isEqualTo("[NULL, 7, NULL]");
            assertThat(Kit.decode(decoder, type, "{}").toString()).isEqualTo("[NULL, NULL, NULL]");
            assertThatThrownBy(() -> Kit.decode(decoder, type, "{\"b\":true}"))
                    .hasMessage("column 'b': 'true' is not an INTEGER");
            assertThatThrownBy(() -> Kit.decode(decoder, type, "{\"a\":tru,\"b\":7}"))
                    .hasMessageStartingWith("not JSON: ");
        }
    }

    @Test
    void coercesWhenAsked() throws DecodeException {
        RowDecoder decoder = json.decoder(Kit.options("coerce", true), ALL);
        Row row = Kit.decode(decoder, ALL, "{\"i\":\" 12 \",\"b\":\"TRUE\",\"s\":12,\"d\":\"1e3\"}");
        assertThat(row.getInt(1)).isEqualTo(12);
        assertThat(row.getBoolean(0)).isTrue();
        assertThat(row.getString(5)).isEqualTo("12");
        assertThat(row.getDouble(3)).isEqualTo(1000.0);
    }

    @Test
    void keepsStructuresInTextColumnsAsJson() throws DecodeException {
        assertThat(decode(ALL, "{\"s\": {\"a\": [1, \"x\"]} , \"i\":3}").getString(5))
                .isEqualTo("{\"a\":[1,\"x\"]}");
        assertThat(decode(ALL, "{\"s\": {\"a\": [1, \"x\"]} , \"i\":3}").getInt(1))
                .isEqualTo(3);
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{\"unknown\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
        assertThatThrownBy(() -> decode(ALL, deep)).isInstanceOf(DecodeException.class);
    }

    /** Whatever the bytes, there is a row, no row, or a DecodeException. */
    @Test
    void fuzz() {
        Random random = new Random(42);
        RowDecoder decoder = json.decoder(Options.NONE, ALL);
        byte[] good =
                ("{\"b\":true,\"i\":-7,\"l\":90,\"d\":1.5e3,\"m\":12.345,\"s\":\"é\\u00e9\",\"bin\":\"AQI=\",\"day\":\"1970-01-02\","
                                + "\"t\":\"00:00:01.5\",\"ts\":\"2026-01-01T00:00:00.250+01:00\",\"arr\":[1,null,3],\"map\":{\"k\":1},\"row\":{\"x\":5}}")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] alphabet = "{}[]\",:0123456789eE+-.truefalsn\\u \n\u0000é".getBytes(StandardCharsets.UTF_8);
        int decoded = 0;
        int refused = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] bytes = good.clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? alphabet[random.nextInt(alphabet.length)] : (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            try {
                decoder.decode(bytes, 0, length, new MutableRow(ALL.size()));
                decoded++;
            } catch (DecodeException e) {
                assertThat(e.getMessage()).isNotBlank();
                refused++;
            }
        }
        assertThat(List.of(decoded, refused)).allMatch(n -> n > 1000);
    }
}
