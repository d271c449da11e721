package io.weirflow.connectors.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of bytes against the full parser: the same rows, the same errors. */
final class FlatJsonTest {

    private static final RowType TYPE = RowType.of(
            Column.of("b", Scalar.BOOLEAN),
            Column.of("i", Scalar.INTEGER),
            Column.required("auction", Scalar.BIGINT),
            Column.of("d", Scalar.DOUBLE),
            Column.of("m", new DataType.Decimal(10, 2)),
            Column.of("s", Scalar.VARCHAR),
            Column.of("bin", Scalar.VARBINARY),
            Column.of("day", Scalar.DATE),
            Column.of("t", Scalar.TIME),
            Column.of("a_name_that_is_rather_long", Scalar.TIMESTAMP),
            Column.of("map", new DataType.MapOf(Scalar.BIGINT)));
    private static final int BINARY = 6;
    private static final int NESTED = 10;

    /** Reads every record in both ways. */
    private static final class Both {

        private final RowDecoder decoder;
        private final FlatJson flat;
        private final RowDecoder full;
        private final MutableRow row = new MutableRow(TYPE.size());
        private int accepted;
        private int refused;

        Both(List<Integer> columns, boolean coerce) {
            Options options = Kit.options("coerce", coerce);
            BitSet read = new BitSet();
            columns.forEach(read::set);
            decoder = new JsonFormat().decoder(options, TYPE, columns);
            flat = FlatJson.of(TYPE, read, FormatOptions.textValues(options), new RequiredColumns(TYPE, read.stream()));
            full = JsonFormat.fullParser(options, TYPE, columns);
        }

        void check(byte[] array, int offset, int length) {
            String text = new String(array, offset, length, StandardCharsets.UTF_8);
            String expected = outcome(full, array, offset, length);
            assertThat(outcome(decoder, array, offset, length)).as(text).isEqualTo(expected);
            row.clear();
            if (flat.read(array, offset, length, row)) {
                assertThat(show(row)).as(text).isEqualTo(expected);
                accepted++;
            } else if (!expected.startsWith("row")) {
                refused++;
            }
        }

        private String outcome(RowDecoder by, byte[] array, int offset, int length) {
            row.clear();
            try {
                return by.decode(array, offset, length, row) ? show(row) : "none";
            } catch (DecodeException e) {
                return e.getMessage();
            }
        }
    }

    private static String show(MutableRow row) {
        byte[] binary = (byte[]) row.getObject(BINARY);
        return "row " + Arrays.toString(binary) + row.toString().replaceAll("\\[B@[0-9a-f]+", "bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void readsWhatTheFullParserReads(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> columns = IntStream.range(0, NESTED)
                .filter(i -> seed == 1 || random.nextInt(3) > 0)
                .boxed()
                .toList();
        Both both = new Both(columns, seed % 3 == 0);
        for (int i = 0; i < 6_000; i++) {
            byte[] record = new JsonSamples(random, TYPE, i % 4 == 0).record().getBytes(StandardCharsets.UTF_8);
            checkSomewhere(both, random, record);
            for (int k = 0; k < 3; k++) {
                checkSomewhere(both, random, mutated(random, record));
            }
        }
        assertThat(both.accepted).isGreaterThan(1_500);
        assertThat(both.refused).isGreaterThan(1_500);
    }

    /** The record stands at the end of its array, or is followed by what could be taken for a part of it. */
    private static void checkSomewhere(Both both, SplittableRandom random, byte[] record) {
        int before = random.nextInt(9);
        byte[] behind = random.nextBoolean()
                ? new byte[0]
                : "123\"}]}tru\",\"i\":5}".substring(random.nextInt(12)).getBytes(StandardCharsets.UTF_8);
        byte[] array = Arrays.copyOf(new byte[before], before + record.length + behind.length);
        System.arraycopy(record, 0, array, before, record.length);
        System.arraycopy(behind, 0, array, before + record.length, behind.length);
        int length = random.nextInt(16) == 0 ? random.nextInt(record.length + 1) : record.length;
        both.check(array, before, length);
    }

    private static byte[] mutated(SplittableRandom random, byte[] record) {
        byte[] alphabet = "{}[]\",:0123456789eE+-.truefalsn\\u \n\t\u0000\u001fé€😀".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = record.clone();
        for (int k = random.nextInt(3); k >= 0 && bytes.length > 0; k--) {
            bytes[random.nextInt(bytes.length)] =
                    random.nextInt(3) > 0 ? alphabet[random.nextInt(alphabet.length)] : (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Every two bytes in a string that is read, and in one that is not. */
    @Test
    void takesBytesInStringsAsTheFullParserDoes() {
        for (int column : new int[] {5, 2}) {
            Both both = new Both(List.of(column), false);
            for (int first = 0; first < 256; first++) {
                for (int second = 0; second < 256; second++) {
                    byte[] record = "{\"s\":\"ab??cd\",\"auction\":1}".getBytes(StandardCharsets.UTF_8);
                    record[8] = (byte) first;
                    record[9] = (byte) second;
                    both.check(record, 0, record.length);
                }
            }
            assertThat(both.accepted).isGreaterThan(95 * 94);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "00",
                "01",
                "-",
                "+1",
                ".5",
                "1.",
                "1.5",
                "-1.25",
                "1e3",
                "1E+3",
                "1.5e-3",
                "1e",
                "0x1",
                "2147483647",
                "2147483648",
                "-2147483648",
                "-2147483649",
                "12345678",
                "123456789",
                "999999999999999999",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "0.1",
                "0.30000000000000004",
                "123456789012345",
                "1234567890.12345",
                "0.000000000000001",
                "99999999.994",
                "99999999.995",
                "-0.0",
                "1:",
                "1 2",
                "true",
                "false",
                "null",
                "nul",
                "nulll",
                "tru",
                "NaN",
                "[]",
                "{}",
                "[1,[2,{\"a\":[]}]]",
                "[1,]",
                "[,1]",
                "{\"a\":}",
                "{\"a\" 1}",
                "{,}",
                "[1}",
                "\"1\"",
                "\"\"",
                "\" 1 \"",
                "\"2026-01-31\"",
                "\"23:59\"",
                "\"2026-01-31T10:00:00Z\"",
                "\"AQI=\"",
                "\"a\\nb\"",
                "\"a\\u00e9\"",
                "\"a\\u00g9\"",
                "\"a\\x\"",
                "\"é€😀\"",
                "\"a\tb\"",
                ""
            })
    void takesValuesAsTheFullParserDoes(String value) {
        List<Integer> simple = IntStream.range(0, NESTED).boxed().toList();
        for (List<Integer> columns : List.of(simple, List.of(2), List.<Integer>of())) {
            for (boolean coerce : new boolean[] {false, true}) {
                Both both = new Both(columns, coerce);
                for (Column column : TYPE.columns()) {
                    for (String pattern : List.of("{\"auction\":7,\"%s\":%s}", " { \"%s\" : %s , \"auction\":7 } ")) {
                        byte[] record =
                                String.format(pattern, column.name(), value).getBytes(StandardCharsets.UTF_8);
                        both.check(record, 0, record.length);
                    }
                }
            }
        }
    }

    @Test
    void readsTheOrdinary() {
        Both both = new Both(List.of(2, 5), false);
        for (String record : List.of(
                "{\"auction\":1}",
                "{\"auction\":1,\"s\":\"x\",\"other\":[1,{\"a\":\"\\u0041\"}]}",
                "{\"s\":null,\"auction\":-12345678901234}",
                "{\"auction\": 1, \"s\": \"é€😀\"}\r\n",
                "{\"auction\":1,\"auction\":2}")) {
            int before = both.accepted;
            byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
            both.check(bytes, 0, bytes.length);
            assertThat(both.accepted).as(record).isEqualTo(before + 1);
        }
    }

    @Test
    void nestingBeyondTheLimitIsRefused() {
        Both both = new Both(List.of(2), false);
        for (int depth = 1; depth < 110; depth++) {
            byte[] record = ("{\"auction\":1,\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}")
                    .getBytes(StandardCharsets.UTF_8);
            both.check(record, 0, record.length);
        }
        assertThat(both.accepted).isBetween(20, 60);
        assertThat(both.refused).isPositive();
    }

    /** Names that are remembered must not grow without bounds, nor be mixed up. */
    @Test
    void readsRecordsWithEverNewNames() {
        Both both = new Both(List.of(2), false);
        for (int i = 0; i < 1_000; i++) {
            byte[] record = ("{\"x" + i + "\":" + i + ",\"auction\":" + i + ",\"auction_" + i % 7 + "\":5}")
                    .getBytes(StandardCharsets.UTF_8);
            both.check(record, 0, record.length);
        }
        assertThat(both.accepted).isEqualTo(1_000);
    }

    /** After records that are too much for it, it reads the next ones as well. */
    @Test
    void goesOnAfterRecordsThatItGaveUpOn() throws DecodeException {
        RowDecoder decoder = new JsonFormat().decoder(Options.NONE, TYPE, List.of(2, 5));
        for (int i = 0; i < 500; i++) {
            String text = i % 100 < 50 ? "a\\nb" : "ab";
            MutableRow row = new MutableRow(TYPE.size());
            byte[] record = ("{\"s\":\"" + text + "\",\"auction\":" + i + "}").getBytes(StandardCharsets.UTF_8);
            assertThat(decoder.decode(record, 0, record.length, row)).isTrue();
            assertThat(row.getLong(2)).isEqualTo(i);
            assertThat(row.getString(5)).isEqualTo(i % 100 < 50 ? "a\nb" : "ab");
        }
    }
}
