package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.seed.Seeded;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimeGridTest {

    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;

    @Test
    void cellsAreAlignedToTheEpochAndTheOffset() {
        TimeGrid grid = new TimeGrid(10, 3, ZoneId.of("UTC"));
        assertThat(grid.cellOf(3)).isZero();
        assertThat(grid.cellOf(12)).isZero();
        assertThat(grid.cellOf(2)).isEqualTo(-1);
        assertThat(grid.startMs(-1)).isEqualTo(-7);
        assertThat(grid.startMs(1)).isEqualTo(13);
    }

    @Test
    void daysBeginAtLocalMidnight() {
        assertThat(hoursOfDays("Europe/Berlin", "2026-03-28")).containsExactly(24L, 23L, 24L);
        assertThat(hoursOfDays("Europe/Berlin", "2026-10-24")).containsExactly(24L, 25L, 24L);
        assertThat(hoursOfDays("Asia/Kolkata", "2026-03-28")).containsExactly(24L, 24L, 24L);
    }

    /** In Havana clocks go from 01:00 back to 00:00 and from 00:00 on to 01:00. */
    @Test
    void midnightsThatComeTwiceOrNotAtAll() {
        assertThat(hoursOfDays("America/Havana", "2026-10-31")).containsExactly(24L, 25L, 24L);
        assertThat(hoursOfDays("America/Havana", "2026-03-07")).containsExactly(24L, 23L, 24L);
    }

    private static List<Long> hoursOfDays(String zone, String first) {
        TimeGrid grid = new TimeGrid(DAY, 0, ZoneId.of(zone));
        List<Long> hours = new ArrayList<>();
        LocalDateTime midnight = LocalDateTime.parse(first + "T00:00");
        for (int day = 0; day < 3; day++) {
            long startMs = millis(zone, midnight.plusDays(day).toString());
            long cell = grid.cellOf(startMs);
            assertThat(grid.startMs(cell)).isEqualTo(startMs);
            assertThat(grid.cellOf(startMs - 1)).isEqualTo(cell - 1);
            hours.add((grid.startMs(cell + 1) - startMs) / HOUR);
        }
        return hours;
    }

    @Test
    void hoursGoOnSideBySideWhenClocksChange() {
        for (String day : List.of("2026-03-29", "2026-10-25")) {
            TimeGrid grid = new TimeGrid(HOUR, 0, ZoneId.of("Europe/Berlin"));
            long startMs = millis("Europe/Berlin", day + "T00:00");
            for (int hour = 0; hour < 23; hour++) {
                long cell = grid.cellOf(startMs + hour * HOUR);
                assertThat(grid.startMs(cell)).isEqualTo(startMs + hour * HOUR);
            }
        }
        TimeGrid kolkata = new TimeGrid(HOUR, 0, ZoneId.of("Asia/Kolkata"));
        long nine = millis("Asia/Kolkata", "2026-03-29T09:00");
        assertThat(kolkata.startMs(kolkata.cellOf(nine + 1))).isEqualTo(nine);
    }

    @Test
    void longerCellsTakeTheChangedHourIn() {
        TimeGrid grid = new TimeGrid(6 * HOUR, 0, ZoneId.of("Europe/Berlin"));
        long springMs = millis("Europe/Berlin", "2026-03-29T00:00");
        long cell = grid.cellOf(springMs);
        assertThat(Duration.ofMillis(grid.startMs(cell + 1) - grid.startMs(cell)))
                .isEqualTo(Duration.ofHours(5));
        long autumnMs = millis("Europe/Berlin", "2026-10-25T00:00");
        cell = grid.cellOf(autumnMs);
        assertThat(Duration.ofMillis(grid.startMs(cell + 1) - grid.startMs(cell)))
                .isEqualTo(Duration.ofHours(7));
    }

    @Seeded
    void cellsCoverAllOfTime(Random random) {
        String zone = List.of("Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
                .get(random.nextInt(5));
        long lengthMs =
                List.of(60_000L, 7_000L * 60, HOUR, 6 * HOUR, DAY, 7 * DAY).get(random.nextInt(6));
        TimeGrid grid = new TimeGrid(lengthMs, random.nextInt(1000), ZoneId.of(zone));
        for (int i = 0; i < 2000; i++) {
            // Mostly around the changes of one year.
            long timeMs = millis("UTC", "2026-01-01T00:00") + (long) (random.nextDouble() * 365 * DAY);
            long cell = grid.cellOf(timeMs);
            assertThat(grid.startMs(cell)).as("start in %s", zone).isLessThanOrEqualTo(timeMs);
            assertThat(grid.startMs(cell + 1)).as("end in %s", zone).isGreaterThan(timeMs);
        }
    }

    private static long millis(String zone, String local) {
        return ZonedDateTime.of(LocalDateTime.parse(local), ZoneId.of(zone))
                .toInstant()
                .toEpochMilli();
    }
}
