package io.weirflow.worker.codegen;

import static io.weirflow.worker.codegen.FunctionCase.cast;
import static io.weirflow.worker.codegen.FunctionCase.date;
import static io.weirflow.worker.codegen.FunctionCase.day;
import static io.weirflow.worker.codegen.FunctionCase.ms;
import static io.weirflow.worker.codegen.FunctionCase.time;
import static io.weirflow.worker.codegen.FunctionCase.timestamp;
import static io.weirflow.worker.codegen.FunctionCase.tryCast;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.worker.codegen.FunctionCase.Error;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pair of the cast matrix. */
final class CastTest {

    private static final DataType DECIMAL = FunctionCase.DECIMAL;
    private static final Expr.Literal FIRST = new Expr.Literal(Scalar.TIMESTAMP, Long.MIN_VALUE);

    @ParameterizedTest
    @MethodSource({"fromNumbers", "fromText", "textOfTimes", "times"})
    void gives(FunctionCase row) {
        row.check();
    }

    @Test
    void otherPairsAreRefusedWhenCompiling() {
        Expr cast = new Expr.Cast(Expr.Literal.of(true), Scalar.TIMESTAMP, false, false);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExpressionCompiler().mapper(java.util.List.of(cast)))
                .withMessageContaining("booleanToTimestamp");
    }

    static Stream<FunctionCase> fromNumbers() {
        return Stream.of(
                cast(Scalar.INTEGER, 1, true),
                cast(Scalar.BIGINT, 0L, false),
                cast(Scalar.VARCHAR, "TRUE", true),
                cast(Scalar.BOOLEAN, true, 7),
                cast(Scalar.BIGINT, 7L, 7),
                cast(Scalar.DOUBLE, 7.0, 7),
                cast(DECIMAL, new BigDecimal("7.00"), 7),
                cast(Scalar.VARCHAR, "-7", -7),
                cast(Scalar.BOOLEAN, false, 0L),
                cast(Scalar.INTEGER, new Error("INTEGER overflow: 2147483648"), 2147483648L),
                tryCast(Scalar.INTEGER, null, 2147483648L),
                cast(Scalar.DOUBLE, 3.0, 3L),
                cast(DECIMAL, new Error("DECIMAL(10,2) overflow"), 100_000_000L),
                tryCast(DECIMAL, null, 100_000_000L),
                cast(Scalar.VARCHAR, "9", 9L),
                cast(Scalar.INTEGER, -1, -1.9),
                cast(Scalar.INTEGER, Integer.MIN_VALUE, -2147483648.5),
                cast(Scalar.INTEGER, new Error("INTEGER overflow: NaN"), Double.NaN),
                cast(Scalar.BIGINT, Long.MIN_VALUE, -0x1p63),
                cast(Scalar.BIGINT, new Error("BIGINT overflow"), 0x1p63),
                cast(DECIMAL, new BigDecimal("1.01"), 1.005),
                cast(DECIMAL, new Error("cannot cast Infinity to DECIMAL"), Double.POSITIVE_INFINITY),
                cast(Scalar.VARCHAR, "2.0E-4", 2e-4),
                cast(Scalar.VARCHAR, "0.1", 0.1),
                cast(Scalar.INTEGER, 1, new BigDecimal("1.99")),
                cast(Scalar.BIGINT, -1L, new BigDecimal("-1.99")),
                cast(
                        Scalar.BIGINT,
                        new Error("BIGINT overflow"),
                        new Expr.Literal(new DataType.Decimal(38, 0), new BigDecimal("9223372036854775808"))),
                cast(Scalar.DOUBLE, 1.25, new BigDecimal("1.25")),
                cast(new DataType.Decimal(3, 1), new BigDecimal("1.3"), new BigDecimal("1.25")),
                cast(Scalar.VARCHAR, "1.20", new BigDecimal("1.20")));
    }

    static Stream<FunctionCase> fromText() {
        return Stream.of(
                cast(Scalar.BOOLEAN, true, " TRUE "),
                cast(Scalar.BOOLEAN, new Error("cannot cast 'yes' to BOOLEAN"), "yes"),
                cast(Scalar.INTEGER, 42, " +42 "),
                cast(Scalar.INTEGER, new Error("cannot cast 'abc' to INTEGER"), "abc"),
                cast(Scalar.INTEGER, new Error("cannot cast '2147483648' to INTEGER"), "2147483648"),
                tryCast(Scalar.INTEGER, null, "-"),
                tryCast(Scalar.INTEGER, 1, "1"),
                cast(Scalar.BIGINT, Long.MIN_VALUE, "-9223372036854775808"),
                cast(Scalar.BIGINT, Long.MAX_VALUE, "9223372036854775807"),
                cast(Scalar.BIGINT, new Error("cannot cast"), "9223372036854775808"),
                cast(Scalar.BIGINT, new Error("cannot cast"), "-9223372036854775809"),
                cast(Scalar.BIGINT, new Error("cannot cast"), "1.0"),
                tryCast(Scalar.BIGINT, null, ""),
                tryCast(Scalar.BIGINT, Long.MIN_VALUE, "-9223372036854775808"),
                cast(Scalar.DOUBLE, 1.5e3, "1.5e3"),
                cast(Scalar.DOUBLE, Double.NEGATIVE_INFINITY, "-Infinity"),
                cast(Scalar.DOUBLE, new Error("cannot cast '0x1p3' to DOUBLE"), "0x1p3"),
                cast(Scalar.DOUBLE, new Error("cannot cast '1d' to DOUBLE"), "1d"),
                tryCast(Scalar.DOUBLE, null, "."),
                tryCast(Scalar.BOOLEAN, null, "1"),
                tryCast(Scalar.BOOLEAN, false, "false"),
                cast(DECIMAL, new BigDecimal("1.26"), "1.255"),
                cast(DECIMAL, new BigDecimal("0.00"), "1e-999999999"),
                cast(DECIMAL, new Error("cannot cast '1e999999999' to DECIMAL(10,2)"), "1e999999999"),
                cast(DECIMAL, new Error("DECIMAL(10,2)"), "99999999.995"),
                tryCast(DECIMAL, null, "1..2"),
                cast(Scalar.VARBINARY, "\u00e4".getBytes(StandardCharsets.UTF_8), "\u00e4"),
                cast(Scalar.VARCHAR, "\u00e4", "\u00e4".getBytes(StandardCharsets.UTF_8)),
                cast(Scalar.VARCHAR, new Error("they are not UTF-8"), new byte[] {(byte) 0xFF}),
                cast(Scalar.VARCHAR, "same", "same"));
    }

    static Stream<FunctionCase> textOfTimes() {
        return Stream.of(
                cast(Scalar.DATE, day("2024-02-29"), "2024-02-29"),
                cast(Scalar.DATE, new Error("'2023-02-29' is not a date or time"), "2023-02-29"),
                tryCast(Scalar.DATE, null, "2024-2-9"),
                cast(Scalar.TIME, 3_600_000, "01:00"),
                cast(Scalar.TIME, 86_399_999, "23:59:59.9999"),
                tryCast(Scalar.TIME, null, "24:00"),
                cast(Scalar.TIMESTAMP, ms("2026-01-31T10:00:00Z"), "2026-01-31T10:00:00Z"),
                cast(Scalar.TIMESTAMP, ms("2026-01-31T10:00:00.120Z"), "2026-01-31 10:00:00.12"),
                cast(Scalar.TIMESTAMP, ms("2026-01-31T08:30:00Z"), "2026-01-31T10:00+01:30"),
                cast(Scalar.TIMESTAMP, ms("2026-01-31T15:00:00Z"), "2026-01-31T10:00:00-0500"),
                cast(Scalar.TIMESTAMP, ms("2026-01-31T00:00:00Z"), "2026-01-31"),
                cast(Scalar.TIMESTAMP, Long.MIN_VALUE, "-292275055-05-16T16:47:04.192Z"),
                cast(Scalar.TIMESTAMP, Long.MAX_VALUE, "+292278994-08-17T07:12:55.807Z"),
                cast(Scalar.TIMESTAMP, new Error("cannot cast"), "+292278994-08-17T07:12:55.808Z"),
                cast(Scalar.TIMESTAMP, new Error("is not a date or time"), "yesterday"),
                tryCast(Scalar.TIMESTAMP, null, "2026-01-31T10:00:00Zulu"),
                tryCast(Scalar.TIMESTAMP, 0L, "1970-01-01T00:00Z"));
    }

    static Stream<FunctionCase> times() {
        return Stream.of(
                cast(Scalar.VARCHAR, "2026-01-31T10:00:00.000Z", timestamp("2026-01-31T10:00:00Z")),
                cast(Scalar.VARCHAR, "-292275055-05-16T16:47:04.192Z", FIRST),
                cast(Scalar.VARCHAR, "1969-12-31T23:59:59.999Z", timestamp("1969-12-31T23:59:59.999Z")),
                cast(Scalar.VARCHAR, "2026-01-31", date("2026-01-31")),
                cast(Scalar.VARCHAR, "23:05:09.007", time(83_109_007)),
                cast(Scalar.DATE, day("1969-12-31"), timestamp("1969-12-31T23:59:59.999Z")),
                tryCast(Scalar.DATE, null, FIRST),
                cast(Scalar.TIME, 86_399_999, timestamp("1969-12-31T23:59:59.999Z")),
                cast(Scalar.TIMESTAMP, ms("2026-01-31T00:00:00Z"), date("2026-01-31")));
    }
}
