package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Window;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Cumulating windows in a zone whose clocks change: they begin at local midnight in winter and in summer. */
final class SlicingTest {

    private static final long HOUR_MS = 3_600_000;
    private static final Slicing DAYS = Slicing.of(new Window.Cumulating(24 * HOUR_MS, HOUR_MS, 0, "America/New_York"));

    @Test
    void beginsAtLocalMidnightInWinter() {
        assertWindow("2011-01-15T12:30:00Z", "2011-01-15T05:00:00Z", "2011-01-16T05:00:00Z");
    }

    @Test
    void beginsAtLocalMidnightInSummer() {
        assertWindow("2011-04-24T08:06:00Z", "2011-04-24T04:00:00Z", "2011-04-25T04:00:00Z");
    }

    @Test
    void isAnHourShorterWhenClocksGoForward() {
        assertWindow("2011-03-13T12:00:00Z", "2011-03-13T05:00:00Z", "2011-03-14T04:00:00Z");
    }

    @Test
    void isAnHourLongerWhenClocksGoBack() {
        assertWindow("2011-11-06T12:00:00Z", "2011-11-06T04:00:00Z", "2011-11-07T05:00:00Z");
    }

    @Test
    void hopsOfADayBeginAtLocalMidnightInSummer() {
        Slicing hops = Slicing.of(new Window.Hopping(25 * HOUR_MS, 24 * HOUR_MS, 0, "America/New_York"));
        long slice = hops.sliceOf(Instant.parse("2011-04-24T12:06:00Z").toEpochMilli());
        long first = hops.firstSlice(hops.firstEnd(slice));
        assertThat(Instant.ofEpochMilli(hops.startMs(first))).isEqualTo(Instant.parse("2011-04-24T04:00:00Z"));
    }

    private static void assertWindow(String time, String start, String end) {
        long slice = DAYS.sliceOf(Instant.parse(time).toEpochMilli());
        long first = DAYS.firstSlice(DAYS.firstEnd(slice));
        assertThat(Instant.ofEpochMilli(DAYS.startMs(first))).isEqualTo(Instant.parse(start));
        assertThat(Instant.ofEpochMilli(DAYS.startMs(DAYS.lastEnd(slice)))).isEqualTo(Instant.parse(end));
    }
}
