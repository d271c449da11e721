package io.weirflow.api.definition;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How rows are put in windows.
 *
 * @param kind {@code tumbling}, {@code hopping}, {@code session}, {@code cumulating} or {@code count}
 * @param size a duration, or the number of rows of {@code count}
 * @param every a duration, for {@code hopping} and {@code cumulating}
 * @param offset a duration, may be negative
 * @param timezone an id of {@link java.time.ZoneId}
 */
public record WindowDefinition(
        Text kind,
        Text size,
        @Nullable Text every,
        @Nullable Text offset,
        @Nullable Text timezone,
        Place place) {

    /** Returns windows side by side. */
    public static WindowDefinition tumbling(Duration size) {
        return of("tumbling", JavaValues.duration(size), null);
    }

    /** Returns windows that overlap. */
    public static WindowDefinition hopping(Duration size, Duration every) {
        return of("hopping", JavaValues.duration(size), JavaValues.duration(every));
    }

    /** Returns windows that end after a gap without rows. */
    public static WindowDefinition session(Duration gap) {
        return of("session", JavaValues.duration(gap), null);
    }

    /** Returns windows with a result for every step from their start. */
    public static WindowDefinition cumulating(Duration max, Duration every) {
        return of("cumulating", JavaValues.duration(max), JavaValues.duration(every));
    }

    /** Returns windows of a number of rows. */
    public static WindowDefinition count(long rows) {
        return of("count", Text.of(Long.toString(rows)), null);
    }

    /** Returns the same windows, shifted. */
    public WindowDefinition offset(Duration shift) {
        return new WindowDefinition(kind, size, every, JavaValues.duration(shift), timezone, place);
    }

    /** Returns the same windows, aligned to local time. */
    public WindowDefinition timezone(String zone) {
        return new WindowDefinition(kind, size, every, offset, Text.of(zone), place);
    }

    private static WindowDefinition of(String kind, Text size, @Nullable Text every) {
        return new WindowDefinition(Text.of(kind), size, every, null, null, Place.BUILDER);
    }
}
