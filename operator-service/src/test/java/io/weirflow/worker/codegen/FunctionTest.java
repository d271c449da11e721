package io.weirflow.worker.codegen;

import static io.weirflow.worker.codegen.FunctionCase.date;
import static io.weirflow.worker.codegen.FunctionCase.day;
import static io.weirflow.worker.codegen.FunctionCase.ms;
import static io.weirflow.worker.codegen.FunctionCase.nullOf;
import static io.weirflow.worker.codegen.FunctionCase.of;
import static io.weirflow.worker.codegen.FunctionCase.time;
import static io.weirflow.worker.codegen.FunctionCase.timestamp;
import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.worker.codegen.FunctionCase.Error;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A table of every function: usual values, limits, NULL and errors. */
final class FunctionTest {

    private static final DataType DECIMAL = FunctionCase.DECIMAL;
    private static final Scalar BOOLEAN = Scalar.BOOLEAN;
    private static final Scalar INTEGER = Scalar.INTEGER;
    private static final Scalar BIGINT = Scalar.BIGINT;
    private static final Scalar DOUBLE = Scalar.DOUBLE;
    private static final Scalar VARCHAR = Scalar.VARCHAR;
    private static final Scalar TIMESTAMP = Scalar.TIMESTAMP;
    private static final Scalar DATE = Scalar.DATE;
    private static final String SMILE = "\uD83D\uDE00";
    private static final String JSON = "{\"a\":{\"b\":[1,\"x\",{\"c\":1.50}]},\"n\":null,\"t\":true,\"d.e\":7}";

    @ParameterizedTest
    @MethodSource({"logic", "comparison", "arithmetic", "rounding", "mathematics"})
    @MethodSource({"strings", "patterns", "times", "timeText", "json", "collections"})
    void gives(FunctionCase row) {
        row.check();
    }

    @Test
    void everyFunctionIsInTheTable() {
        Set<Function> covered = Stream.of(
                        logic(),
                        comparison(),
                        arithmetic(),
                        rounding(),
                        mathematics(),
                        strings(),
                        patterns(),
                        times(),
                        timeText(),
                        json(),
                        collections())
                .flatMap(rows -> rows)
                .map(FunctionCase::function)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Function.class)));
        assertThat(covered).containsAll(EnumSet.allOf(Function.class));
    }

    static Stream<FunctionCase> logic() {
        return Stream.of(
                of(Function.AND, BOOLEAN, false, nullOf(BOOLEAN), false),
                of(Function.AND, BOOLEAN, null, true, nullOf(BOOLEAN)),
                of(Function.AND, BOOLEAN, true, true, true, true),
                of(Function.OR, BOOLEAN, true, nullOf(BOOLEAN), true),
                of(Function.OR, BOOLEAN, null, nullOf(BOOLEAN), false),
                of(Function.OR, BOOLEAN, false, false, false),
                of(Function.NOT, BOOLEAN, false, true),
                of(Function.NOT, BOOLEAN, null, nullOf(BOOLEAN)),
                of(Function.IS_NULL, BOOLEAN, true, nullOf(VARCHAR)),
                of(Function.IS_NULL, BOOLEAN, false, 1L),
                of(Function.IS_NOT_NULL, BOOLEAN, true, 2.0),
                of(Function.IS_TRUE, BOOLEAN, false, nullOf(BOOLEAN)),
                of(Function.IS_NOT_TRUE, BOOLEAN, true, nullOf(BOOLEAN)),
                of(Function.IS_FALSE, BOOLEAN, true, false),
                of(Function.IS_NOT_FALSE, BOOLEAN, true, nullOf(BOOLEAN)),
                of(Function.COALESCE, BIGINT, 2L, nullOf(BIGINT), 2L, 3L),
                of(Function.COALESCE, VARCHAR, null, nullOf(VARCHAR), nullOf(VARCHAR)),
                of(Function.GREATEST, DOUBLE, 3.0, 1.0, 3.0, 2.0),
                of(Function.GREATEST, VARCHAR, null, "a", nullOf(VARCHAR)),
                of(Function.LEAST, DECIMAL, new BigDecimal("-1.00"), new BigDecimal("2.00"), new BigDecimal("-1.00")),
                of(Function.LEAST, BOOLEAN, false, true, false));
    }

    static Stream<FunctionCase> comparison() {
        return Stream.of(
                of(Function.EQ, BOOLEAN, true, 0.0, -0.0),
                of(Function.EQ, BOOLEAN, true, Double.NaN, Double.NaN),
                of(Function.EQ, BOOLEAN, true, new byte[] {1, 2}, new byte[] {1, 2}),
                of(Function.EQ, BOOLEAN, true, List.of("a"), List.of("a")),
                of(Function.EQ, BOOLEAN, false, Map.of("a", 1L), Map.of("a", 2L)),
                of(Function.EQ, BOOLEAN, null, 1L, nullOf(BIGINT)),
                of(Function.NE, BOOLEAN, true, "a", "A"),
                of(Function.NE, BOOLEAN, false, List.of("a"), List.of("a")),
                of(Function.LT, BOOLEAN, true, "\uFFFD", SMILE),
                of(Function.LT, BOOLEAN, true, Double.POSITIVE_INFINITY, Double.NaN),
                of(Function.LE, BOOLEAN, true, "a", "ab"),
                of(Function.GT, BOOLEAN, true, true, false),
                of(Function.GE, BOOLEAN, false, date("2026-01-01"), date("2026-01-02")),
                of(Function.GE, BOOLEAN, true, new BigDecimal("1.10"), new BigDecimal("1.10")),
                of(Function.IS_DISTINCT_FROM, BOOLEAN, false, nullOf(BIGINT), nullOf(BIGINT)),
                of(Function.IS_DISTINCT_FROM, BOOLEAN, true, nullOf(BIGINT), 1L),
                of(Function.IS_NOT_DISTINCT_FROM, BOOLEAN, true, "x", "x"),
                of(Function.IN, BOOLEAN, true, 3L, 1L, 2L, 3L, 4L, 5L),
                of(Function.IN, BOOLEAN, false, "z", "a", "b", "c", "d", "e"),
                of(Function.IN, BOOLEAN, null, 3L, 1L, nullOf(BIGINT)),
                of(Function.IN, BOOLEAN, true, 3L, nullOf(BIGINT), 3L),
                of(Function.IN, BOOLEAN, null, nullOf(BIGINT), 3L));
    }

    static Stream<FunctionCase> arithmetic() {
        BigDecimal large = new BigDecimal("99999999.99");
        return Stream.of(
                of(Function.PLUS, BIGINT, 5L, 2L, 3L),
                of(Function.PLUS, BIGINT, new Error("BIGINT overflow in 9223372036854775807 + 1"), Long.MAX_VALUE, 1L),
                of(Function.PLUS, INTEGER, new Error("INTEGER overflow in 2147483647 + 1"), Integer.MAX_VALUE, 1),
                of(Function.PLUS, DOUBLE, Double.POSITIVE_INFINITY, 1e308, 1e308),
                of(Function.PLUS, DECIMAL, new Error("DECIMAL(10,2) overflow: 199999999.98"), large, large),
                of(Function.MINUS, BIGINT, new Error("BIGINT overflow"), Long.MIN_VALUE, 1L),
                of(Function.MINUS, INTEGER, -1, 1, 2),
                of(Function.TIMES, BIGINT, -6L, -2L, 3L),
                of(Function.TIMES, BIGINT, new Error("BIGINT overflow"), Long.MIN_VALUE, -1L),
                of(Function.TIMES, DECIMAL, new BigDecimal("0.02"), new BigDecimal("0.15"), new BigDecimal("0.10")),
                of(Function.DIVIDE, BIGINT, -2L, -7L, 3L),
                of(Function.DIVIDE, BIGINT, new Error("division by zero"), 1L, 0L),
                of(Function.DIVIDE, BIGINT, new Error("BIGINT overflow"), Long.MIN_VALUE, -1L),
                of(Function.DIVIDE, DOUBLE, new Error("division by zero"), 1.0, 0.0),
                of(Function.DIVIDE, DECIMAL, new BigDecimal("0.67"), new BigDecimal("2.00"), new BigDecimal("3.00")),
                of(Function.DIVIDE, BIGINT, null, nullOf(BIGINT), 0L),
                of(Function.MOD, BIGINT, -1L, -7L, 3L),
                of(Function.MOD, INTEGER, new Error("division by zero"), 1, 0),
                of(Function.MOD, INTEGER, 0, Integer.MIN_VALUE, -1),
                of(Function.NEGATE, BIGINT, new Error("BIGINT overflow"), Long.MIN_VALUE),
                of(Function.NEGATE, DECIMAL, new BigDecimal("-1.00"), new BigDecimal("1.00")),
                of(Function.ABS, INTEGER, new Error("INTEGER overflow"), Integer.MIN_VALUE),
                of(Function.ABS, DOUBLE, 1.5, -1.5),
                of(Function.SIGN, INTEGER, -1, -5L),
                of(Function.SIGN, INTEGER, 0, Double.NaN),
                of(Function.SIGN, INTEGER, 1, new BigDecimal("0.01")));
    }

    static Stream<FunctionCase> rounding() {
        return Stream.of(
                of(Function.CEIL, DOUBLE, -1.0, -1.5),
                of(Function.CEIL, DECIMAL, new BigDecimal("2.00"), new BigDecimal("1.01")),
                of(Function.FLOOR, DOUBLE, -2.0, -1.5),
                of(Function.FLOOR, BIGINT, 7L, 7L),
                of(Function.FLOOR, DECIMAL, new BigDecimal("-2.00"), new BigDecimal("-1.01")),
                of(Function.ROUND, DOUBLE, -3.0, -2.5),
                of(Function.ROUND, DOUBLE, 0.0, 0.49999999999999994),
                of(Function.ROUND, DOUBLE, 1.01, 1.005, 2),
                of(Function.ROUND, DOUBLE, 1200.0, 1234.5, -2),
                of(Function.ROUND, DOUBLE, Double.NaN, Double.NaN, 2),
                of(Function.ROUND, DOUBLE, 1.5, 1.5, Integer.MAX_VALUE),
                of(Function.ROUND, INTEGER, 20, 15, -1),
                of(Function.ROUND, INTEGER, new Error("INTEGER overflow"), Integer.MAX_VALUE, -1),
                of(Function.ROUND, BIGINT, 0L, 15L, -30),
                of(Function.ROUND, BIGINT, new Error("BIGINT overflow"), Long.MAX_VALUE, -1),
                of(Function.ROUND, DECIMAL, new BigDecimal("1.30"), new BigDecimal("1.25"), 1),
                of(Function.ROUND, DECIMAL, new BigDecimal("2.00"), new BigDecimal("1.50")),
                of(Function.TRUNCATE, DOUBLE, -1.2, -1.29, 1),
                of(Function.TRUNCATE, DOUBLE, -1.0, -1.9),
                of(Function.TRUNCATE, BIGINT, -10L, -19L, -1),
                of(Function.TRUNCATE, INTEGER, 5, 5),
                of(Function.TRUNCATE, DECIMAL, new BigDecimal("1.20"), new BigDecimal("1.29"), 1));
    }

    static Stream<FunctionCase> mathematics() {
        return Stream.of(
                of(Function.SQRT, DOUBLE, 3.0, 9.0),
                of(Function.SQRT, DOUBLE, new Error("square root of the negative number -1.0"), -1.0),
                of(Function.POWER, DOUBLE, 8.0, 2.0, 3.0),
                of(Function.EXP, DOUBLE, 1.0, 0.0),
                of(Function.LN, DOUBLE, 0.0, 1.0),
                of(Function.LN, DOUBLE, new Error("not positive"), 0.0),
                of(Function.LOG10, DOUBLE, 3.0, 1000.0),
                of(Function.SIN, DOUBLE, 0.0, 0.0),
                of(Function.COS, DOUBLE, 1.0, 0.0),
                of(Function.TAN, DOUBLE, 0.0, 0.0),
                of(Function.ASIN, DOUBLE, 0.0, 0.0),
                of(Function.ACOS, DOUBLE, 0.0, 1.0),
                of(Function.ATAN, DOUBLE, 0.0, 0.0),
                of(Function.ATAN2, DOUBLE, Math.PI / 2, 1.0, 0.0),
                of(Function.DEGREES, DOUBLE, 180.0, Math.PI),
                of(Function.RADIANS, DOUBLE, Math.PI, 180.0));
    }

    static Stream<FunctionCase> strings() {
        return Stream.of(
                of(Function.UPPER, VARCHAR, "\u00c4SS", "\u00e4\u00df"),
                of(Function.LOWER, VARCHAR, "abc", "ABC"),
                of(Function.INITCAP, VARCHAR, "Hello World-Wide 2nd", "hello WORLD-wide 2ND"),
                of(Function.TRIM, VARCHAR, "a b", "  a b ", " "),
                of(Function.LTRIM, VARCHAR, "ax", "xxyax", "xy"),
                of(Function.RTRIM, VARCHAR, "a", "a" + SMILE + SMILE, SMILE),
                of(Function.SUBSTRING, VARCHAR, "bc", "abc", 2),
                of(Function.SUBSTRING, VARCHAR, "a", "abc", -1, 3),
                of(Function.SUBSTRING, VARCHAR, "b", "a" + SMILE + "b", 3, 5),
                of(Function.SUBSTRING, VARCHAR, "abc", "abc", -5, Integer.MAX_VALUE),
                of(Function.SUBSTRING, VARCHAR, new Error("negative length -1"), "abc", 1, -1),
                of(Function.LEFT, VARCHAR, SMILE, SMILE + "b", 1),
                of(Function.LEFT, VARCHAR, "", "b", -1),
                of(Function.RIGHT, VARCHAR, "bc", "abc", 2),
                of(Function.RIGHT, VARCHAR, "abc", "abc", 9),
                of(Function.CHAR_LENGTH, INTEGER, 2, SMILE + "b"),
                of(Function.POSITION, INTEGER, 3, "c", "a" + SMILE + "c"),
                of(Function.POSITION, INTEGER, 0, "z", "abc"),
                of(Function.CONCAT, VARCHAR, "abc", "a", "b", "c"),
                of(Function.CONCAT, VARCHAR, null, "a", nullOf(VARCHAR)),
                of(Function.REPLACE, VARCHAR, "xbxb", "abab", "a", "x"),
                of(Function.REPLACE, VARCHAR, "abc", "abc", "", "x"),
                of(
                        Function.REPLACE,
                        VARCHAR,
                        new Error("REPLACE makes a text of more than 1 MiB"),
                        "a".repeat(2_000),
                        "a",
                        "b".repeat(2_000)),
                of(Function.LPAD, VARCHAR, "xyx7", "7", 4, "xy"),
                of(Function.LPAD, VARCHAR, "ab", "abc", 2, "x"),
                of(Function.RPAD, VARCHAR, "7xyx", "7", 4, "xy"),
                of(Function.RPAD, VARCHAR, new Error("more than 1 MiB"), "7", Integer.MAX_VALUE, "x"),
                of(Function.REVERSE, VARCHAR, "b" + SMILE + "a", "a" + SMILE + "b"),
                of(Function.REPEAT, VARCHAR, "ababab", "ab", 3),
                of(Function.REPEAT, VARCHAR, "", "ab", -3),
                of(Function.REPEAT, VARCHAR, new Error("REPEAT makes a text of more than 1 MiB"), "ab", 1 << 20),
                of(Function.SPLIT_INDEX, VARCHAR, "b", "a,b,c", ",", 1),
                of(Function.SPLIT_INDEX, VARCHAR, "", "a,", ",", 1),
                of(Function.SPLIT_INDEX, VARCHAR, null, "a,b", ",", 2),
                of(Function.SPLIT_INDEX, VARCHAR, null, "a,b", ",", -1),
                of(Function.STARTS_WITH, BOOLEAN, true, "abc", "ab"),
                of(Function.ENDS_WITH, BOOLEAN, false, "abc", "ab"),
                of(Function.CONTAINS, BOOLEAN, true, "abc", "b"),
                of(Function.MD5, VARCHAR, "900150983cd24fb0d6963f7d28e17f72", "abc"),
                of(
                        Function.SHA256,
                        VARCHAR,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                        "abc"));
    }

    static Stream<FunctionCase> patterns() {
        return Stream.of(
                of(Function.LIKE, BOOLEAN, true, "/api/users", "/api/%"),
                of(Function.LIKE, BOOLEAN, true, "a" + SMILE + "c", "a_c"),
                of(Function.LIKE, BOOLEAN, false, "abc", "ab"),
                of(Function.LIKE, BOOLEAN, true, "xaybzb", "%a%b"),
                of(Function.LIKE, BOOLEAN, true, "", "%"),
                of(Function.LIKE, BOOLEAN, false, "", "_%"),
                of(Function.LIKE, BOOLEAN, true, "100%", "%!%", "!"),
                of(Function.LIKE, BOOLEAN, false, "1000", "%!%", "!"),
                of(Function.LIKE, BOOLEAN, new Error("invalid escape in the LIKE pattern 'a!b'"), "a", "a!b", "!"),
                of(Function.LIKE, BOOLEAN, new Error("must be one character"), "a", "a", "!!"),
                of(Function.LIKE, BOOLEAN, false, "a".repeat(20_000), "%a_%".repeat(50) + "b"),
                of(Function.REGEXP_LIKE, BOOLEAN, true, "xabcx", "b+c"),
                of(Function.REGEXP_LIKE, BOOLEAN, new Error("malformed regular expression '('"), "a", "("),
                of(
                        Function.REGEXP_LIKE,
                        BOOLEAN,
                        new Error("takes too many steps"),
                        "ab".repeat(40),
                        "^(a?b?a?b?)*(a|b)*(\\w*)*\\1c$"),
                of(Function.REGEXP_EXTRACT, VARCHAR, "42", "id=42;", "id=(\\d+)", 1),
                of(Function.REGEXP_EXTRACT, VARCHAR, null, "id=x;", "id=(\\d+)", 1),
                of(Function.REGEXP_EXTRACT, VARCHAR, new Error("has no group 2"), "id=4", "id=(\\d+)", 2),
                of(Function.REGEXP_REPLACE, VARCHAR, "b-a", "a-b", "(\\w)-(\\w)", "$2-$1"),
                of(Function.REGEXP_REPLACE, VARCHAR, new Error("malformed replacement"), "a-b", "a", "$9"));
    }

    static Stream<FunctionCase> times() {
        String moment = "2024-02-29T23:59:58.987Z";
        return Stream.of(
                of(Function.EXTRACT, BIGINT, 2024L, "YEAR", timestamp(moment)),
                of(Function.EXTRACT, BIGINT, 1L, "quarter", timestamp(moment)),
                of(Function.EXTRACT, BIGINT, 9L, "WEEK", timestamp(moment)),
                of(Function.EXTRACT, BIGINT, 60L, "DOY", timestamp(moment)),
                of(Function.EXTRACT, BIGINT, 5L, "DOW", timestamp(moment)),
                of(Function.EXTRACT, BIGINT, 23L, "HOUR", timestamp(moment)),
                of(Function.EXTRACT, BIGINT, 58_987L, "MILLISECOND", timestamp(moment)),
                of(Function.EXTRACT, BIGINT, -1L, "EPOCH", timestamp("1969-12-31T23:59:59.001Z")),
                of(Function.EXTRACT, BIGINT, 1L, "DOW", date("2026-03-01")),
                of(Function.EXTRACT, BIGINT, 0L, "HOUR", date("2026-03-01")),
                of(Function.EXTRACT, BIGINT, 86_400L, "EPOCH", date("1970-01-02")),
                of(Function.EXTRACT, BIGINT, 1L, "MINUTE", time(60_000)),
                of(Function.EXTRACT, BIGINT, new Error("a TIME has no YEAR"), "YEAR", time(0)),
                of(Function.EXTRACT, BIGINT, new Error("unknown unit of time 'FORTNIGHT'"), "FORTNIGHT", time(0)),
                of(Function.DATE_TRUNC, TIMESTAMP, ms("2024-02-29T23:00:00Z"), "HOUR", timestamp(moment)),
                of(Function.DATE_TRUNC, TIMESTAMP, ms("2024-02-26T00:00:00Z"), "WEEK", timestamp(moment)),
                of(Function.DATE_TRUNC, TIMESTAMP, ms("2024-01-01T00:00:00Z"), "QUARTER", timestamp(moment)),
                of(
                        Function.DATE_TRUNC,
                        TIMESTAMP,
                        ms("1969-12-31T00:00:00Z"),
                        "DAY",
                        timestamp("1969-12-31T10:00:00Z")),
                of(Function.DATE_TRUNC, TIMESTAMP, new Error("DOW is no unit"), "DOW", timestamp(moment)),
                of(Function.DATE_TRUNC, DATE, day("2024-02-01"), "MONTH", date("2024-02-29")),
                of(Function.DATE_TRUNC, DATE, day("2024-02-29"), "HOUR", date("2024-02-29")),
                of(
                        Function.TIMESTAMP_ADD,
                        TIMESTAMP,
                        ms("2024-03-29T00:00:00Z"),
                        "MONTH",
                        1L,
                        timestamp("2024-02-29T00:00:00Z")),
                of(
                        Function.TIMESTAMP_ADD,
                        TIMESTAMP,
                        ms("2024-02-29T00:00:00.005Z"),
                        "MONTH",
                        1L,
                        timestamp("2024-01-31T00:00:00.005Z")),
                of(
                        Function.TIMESTAMP_ADD,
                        TIMESTAMP,
                        ms("2023-12-31T23:00:00Z"),
                        "HOUR",
                        -1L,
                        timestamp("2024-01-01T00:00:00Z")),
                of(Function.TIMESTAMP_ADD, TIMESTAMP, new Error("overflow"), "WEEK", Long.MAX_VALUE, timestamp(moment)),
                of(
                        Function.TIMESTAMP_ADD,
                        TIMESTAMP,
                        new Error("overflow"),
                        "YEAR",
                        10_000_000_000L,
                        timestamp(moment)),
                of(Function.TIMESTAMP_ADD, DATE, day("2024-02-29"), "YEAR", 4L, date("2020-02-29")),
                of(Function.TIMESTAMP_ADD, DATE, day("2024-01-15"), "WEEK", 2L, date("2024-01-01")),
                of(
                        Function.TIMESTAMP_ADD,
                        DATE,
                        new Error("HOUR cannot be added to a DATE"),
                        "HOUR",
                        1L,
                        date("2024-01-01")),
                of(
                        Function.TIMESTAMP_DIFF,
                        BIGINT,
                        1L,
                        "MONTH",
                        timestamp("2024-01-31T00:00:00Z"),
                        timestamp("2024-03-01T00:00:00Z")),
                of(
                        Function.TIMESTAMP_DIFF,
                        BIGINT,
                        -1L,
                        "HOUR",
                        timestamp("2024-01-01T01:30:00Z"),
                        timestamp("2024-01-01T00:00:00Z")),
                of(Function.TIMESTAMP_DIFF, BIGINT, 24L, "HOUR", date("2024-01-01"), date("2024-01-02")),
                of(Function.TIMESTAMP_DIFF, BIGINT, -4L, "YEAR", date("2024-02-29"), date("2020-02-28")),
                of(Function.FROM_UNIX_MILLIS, TIMESTAMP, 5L, 5L),
                of(Function.TO_UNIX_MILLIS, BIGINT, 0L, timestamp("1970-01-01T00:00:00Z")));
    }

    static Stream<FunctionCase> timeText() {
        long moment = ms("2015-05-17T10:05:03Z");
        return Stream.of(
                of(Function.PARSE_TIMESTAMP, TIMESTAMP, moment, "17/May/2015:12:05:03 +0200", "dd/MMM/yyyy:HH:mm:ss Z"),
                of(Function.PARSE_TIMESTAMP, TIMESTAMP, moment, "2015-05-17 10:05:03", "yyyy-MM-dd HH:mm:ss"),
                of(Function.PARSE_TIMESTAMP, TIMESTAMP, ms("2015-05-17T00:00:00Z"), "17.05.2015", "dd.MM.yyyy"),
                of(Function.PARSE_TIMESTAMP, TIMESTAMP, new Error("cannot parse 'x' as a timestamp"), "x", "yyyy"),
                of(Function.PARSE_TIMESTAMP, TIMESTAMP, new Error("malformed date and time pattern"), "x", "b"),
                of(
                        Function.FORMAT_TIMESTAMP,
                        VARCHAR,
                        "Sun 17 May 2015 Z",
                        timestamp("2015-05-17T10:05:03Z"),
                        "EEE dd MMM yyyy X"));
    }

    static Stream<FunctionCase> json() {
        return Stream.of(
                of(Function.JSON_VALUE, VARCHAR, "1", JSON, "$.a.b[0]"),
                of(Function.JSON_VALUE, VARCHAR, "x", JSON, "$.a.b[1]"),
                of(Function.JSON_VALUE, VARCHAR, "1.50", JSON, "$.a['b'][2].c"),
                of(Function.JSON_VALUE, VARCHAR, "7", JSON, "$['d.e']"),
                of(Function.JSON_VALUE, VARCHAR, "true", JSON, "$.t"),
                of(Function.JSON_VALUE, VARCHAR, null, JSON, "$.n"),
                of(Function.JSON_VALUE, VARCHAR, null, JSON, "$.a"),
                of(Function.JSON_VALUE, VARCHAR, null, JSON, "$.a.b[9]"),
                of(Function.JSON_VALUE, VARCHAR, "5", "5", "$"),
                of(Function.JSON_VALUE, VARCHAR, new Error("malformed JSON"), "{\"a\":1", "$.a"),
                of(Function.JSON_VALUE, VARCHAR, new Error("malformed JSON"), "{\"a\":1} x", "$.a"),
                of(Function.JSON_VALUE, VARCHAR, new Error("the text is empty"), " ", "$.a"),
                of(Function.JSON_VALUE, VARCHAR, new Error("malformed JSON path '$.'"), "{}", "$."),
                of(Function.JSON_VALUE, VARCHAR, new Error("malformed JSON path"), "{}", "$[-1]"),
                of(Function.JSON_QUERY, VARCHAR, "[1,\"x\",{\"c\":1.50}]", JSON, "$.a.b"),
                of(Function.JSON_QUERY, VARCHAR, "{\"b\":[]}", "{\"a\": {\"b\" : [ ]}}", "$.a"),
                of(Function.JSON_QUERY, VARCHAR, null, JSON, "$.t"),
                of(Function.JSON_EXISTS, BOOLEAN, true, JSON, "$.n"),
                of(Function.JSON_EXISTS, BOOLEAN, false, JSON, "$.a.z"),
                of(Function.JSON_EXISTS, BOOLEAN, true, JSON, "$.a"));
    }

    static Stream<FunctionCase> collections() {
        return Stream.of(
                of(Function.ITEM, VARCHAR, "a", List.of("a", "b"), 1),
                of(Function.ITEM, VARCHAR, null, List.of("a", "b"), 0),
                of(Function.ITEM, VARCHAR, null, List.of("a", "b"), 3),
                of(Function.ITEM, BIGINT, 7L, Map.of("k", 7L), "k"),
                of(Function.ITEM, BIGINT, null, Map.of("k", 7L), "l"),
                of(Function.CARDINALITY, INTEGER, 2, List.of("a", "b")),
                of(Function.CARDINALITY, INTEGER, 1, Map.of("a", 1L)),
                of(Function.ARRAY_OF, new DataType.Array(BIGINT), Arrays.asList(1L, null), 1L, nullOf(BIGINT)),
                of(Function.ARRAY_CONTAINS, BOOLEAN, true, List.of("a", "b"), "b"),
                of(Function.ARRAY_CONTAINS, BOOLEAN, null, List.of("a", "b"), nullOf(VARCHAR)));
    }
}
