package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** PARSE_TIMESTAMP and FORMAT_TIMESTAMP by the patterns of java.time. */
public final class TimeFormats {

    private TimeFormats() {}

    /**
     * Returns a formatter in English.
     *
     * @throws RowException when the pattern is malformed
     */
    public static DateTimeFormatter formatter(String pattern) throws RowException {
        try {
            return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
        } catch (IllegalArgumentException e) {
            throw new RowException("malformed date and time pattern '" + pattern + "': " + e.getMessage());
        }
    }

    public static long parseTimestamp(String text, String pattern) throws RowException {
        return parseTimestamp(text, formatter(pattern));
    }

    public static long parseTimestamp(String text, DateTimeFormatter formatter) throws RowException {
        try {
            TemporalAccessor parsed =
                    formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
            return instant(parsed).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new RowException("cannot parse '" + text + "' as a timestamp: " + e.getMessage());
        }
    }

    private static Instant instant(TemporalAccessor parsed) {
        if (parsed instanceof ZonedDateTime zoned) {
            return zoned.toInstant();
        } else if (parsed instanceof LocalDateTime local) {
            return local.toInstant(ZoneOffset.UTC);
        }
        return LocalDate.from(parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    public static String formatTimestamp(long timestamp, String pattern) throws RowException {
        return formatTimestamp(timestamp, formatter(pattern));
    }

    public static String formatTimestamp(long timestamp, DateTimeFormatter formatter) throws RowException {
        try {
            return formatter.format(TimeCasts.dateTime(timestamp).atZone(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw new RowException("cannot format a timestamp: " + e.getMessage());
        }
    }
}
