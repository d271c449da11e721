package io.weirflow.connectors.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.DecodeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeTextTest {

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.123456789Z, 2026-01-01T00:00:00.123Z",
        "2026-01-01T00:00:00.5+01:00, 2025-12-31T23:00:00.500Z",
        "2026-01-01 00:00:00-0130, 2026-01-01T01:30:00Z",
        "2026-01-01T10:20+02, 2026-01-01T08:20:00Z",
        "2024-02-29, 2024-02-29T00:00:00Z",
        "0001-01-01T00:00:00, 0001-01-01T00:00:00Z",
        "1767225600000, 2026-01-01T00:00:00Z",
        "-1, 1969-12-31T23:59:59.999Z",
        "+12026-01-01T00:00:00Z, +12026-01-01T00:00:00Z",
    })
    void reads(String text, Instant expected) throws DecodeException {
        assertThat(TimeText.parseTimestamp(text)).isEqualTo(expected.toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "2026-13-01",
                "2025-02-29",
                "2026-01-01T24:00:00Z",
                "2026-01-01T00:60:00Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01T00:00:00ZZ",
                "2026-01-01T",
                "2026-01-01X00:00",
                "2026-1-1",
                "12:00",
                "99999999999999999999",
                "2026-01-01T00:00:00+19:00",
                "2026-01-01T00:00:00.1234567890Z"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> TimeText.parseTimestamp(text)).isInstanceOf(DecodeException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0000-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
        "1969-12-31T23:59:59.999Z",
        "-0001-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00.000Z"
    })
    void writesTheEdgesOfFourDigitYears(String text) throws DecodeException {
        assertThat(TimeText.formatTimestamp(Instant.parse(text).toEpochMilli())).isEqualTo(text);
        assertThat(TimeText.parseTimestamp(text)).isEqualTo(Instant.parse(text).toEpochMilli());
    }

    @Test
    void roundTripAgreesWithInstant() throws DecodeException {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long ms = random.nextLong() >> random.nextInt(14, 30);
            String text = TimeText.formatTimestamp(ms);
            assertThat(Instant.parse(text).toEpochMilli()).isEqualTo(ms);
            assertThat(TimeText.parseTimestamp(text)).isEqualTo(ms);
        }
    }
}
