package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;

/** EXTRACT, DATE_TRUNC and arithmetic of DATE, TIME and TIMESTAMP, all in UTC with the ISO calendar. */
public final class TimeFunctions {

    private static final long MINUTE_MS = 60_000;
    private static final long DAY_SECONDS = 86_400;

    /** 1970-01-01 was a Thursday: so many days after a Monday. */
    private static final int EPOCH_WEEKDAY = 3;

    private TimeFunctions() {}

    public static long extractTimestamp(String unit, long timestamp) throws RowException {
        return extractTimestamp(TimeField.of(unit), timestamp);
    }

    public static long extractTimestamp(TimeField field, long timestamp) {
        return switch (field) {
            case EPOCH -> Math.floorDiv(timestamp, 1_000L);
            case MILLISECOND, SECOND, MINUTE, HOUR -> ofDay(field, (int) Math.floorMod(timestamp, TimeField.DAY_MS));
            default -> ofDate(field, Math.floorDiv(timestamp, TimeField.DAY_MS));
        };
    }

    public static long extractDate(String unit, int date) throws RowException {
        return extractDate(TimeField.of(unit), date);
    }

    public static long extractDate(TimeField field, int date) {
        return switch (field) {
            case EPOCH -> date * DAY_SECONDS;
            case MILLISECOND, SECOND, MINUTE, HOUR -> 0;
            default -> ofDate(field, date);
        };
    }

    public static long extractTime(String unit, int time) throws RowException {
        return extractTime(TimeField.of(unit), time);
    }

    public static long extractTime(TimeField field, int time) throws RowException {
        return switch (field) {
            case EPOCH -> time / 1_000;
            case MILLISECOND, SECOND, MINUTE, HOUR -> ofDay(field, time);
            default -> throw new RowException("a TIME has no " + field);
        };
    }

    /** MILLISECOND includes the seconds of the minute, as in Calcite and PostgreSQL. */
    private static long ofDay(TimeField field, int timeMs) {
        return switch (field) {
            case MILLISECOND -> timeMs % MINUTE_MS;
            case SECOND -> timeMs / 1_000 % 60;
            case MINUTE -> timeMs / MINUTE_MS % 60;
            default -> timeMs / 3_600_000;
        };
    }

    private static long ofDate(TimeField field, long epochDay) {
        if (field == TimeField.DOW) {
            return Math.floorMod(epochDay + EPOCH_WEEKDAY + 1, 7L) + 1;
        }
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        return switch (field) {
            case DAY -> date.getDayOfMonth();
            case WEEK -> date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case MONTH -> date.getMonthValue();
            case QUARTER -> (date.getMonthValue() + 2) / 3;
            case DOY -> date.getDayOfYear();
            default -> date.getYear();
        };
    }

    public static long dateTruncTimestamp(String unit, long timestamp) throws RowException {
        return dateTruncTimestamp(TimeField.of(unit), timestamp);
    }

    public static long dateTruncTimestamp(TimeField unit, long timestamp) throws RowException {
        long lengthMs = unit.lengthMs();
        if (lengthMs > 0 && unit != TimeField.WEEK) {
            return Arithmetic.minus(timestamp, Math.floorMod(timestamp, lengthMs));
        }
        return Arithmetic.times(startDay(unit, Math.floorDiv(timestamp, TimeField.DAY_MS)), TimeField.DAY_MS);
    }

    public static int dateTruncDate(String unit, int date) throws RowException {
        return dateTruncDate(TimeField.of(unit), date);
    }

    public static int dateTruncDate(TimeField unit, int date) throws RowException {
        long lengthMs = unit.lengthMs();
        return lengthMs > 0 && unit != TimeField.WEEK ? date : NumberCasts.bigintToInteger(startDay(unit, date));
    }

    private static long startDay(TimeField unit, long epochDay) throws RowException {
        if (unit == TimeField.WEEK) {
            return epochDay - Math.floorMod(epochDay + EPOCH_WEEKDAY, 7L);
        }
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        return switch (unit) {
            case MONTH -> date.withDayOfMonth(1).toEpochDay();
            case QUARTER ->
                LocalDate.of(date.getYear(), (date.getMonthValue() - 1) / 3 * 3 + 1, 1)
                        .toEpochDay();
            case YEAR -> date.withDayOfYear(1).toEpochDay();
            default -> throw unit.noUnit();
        };
    }

    public static long timestampAddTimestamp(String unit, long count, long timestamp) throws RowException {
        return timestampAddTimestamp(TimeField.of(unit), count, timestamp);
    }

    /** Where the day of the month does not exist, the last of the month stands for it. */
    public static long timestampAddTimestamp(TimeField unit, long count, long timestamp) throws RowException {
        if (unit.lengthMs() > 0) {
            return Arithmetic.plus(timestamp, Arithmetic.times(count, unit.lengthMs()));
        }
        long day = plusMonths(unit, count, Math.floorDiv(timestamp, TimeField.DAY_MS));
        return Arithmetic.plus(Arithmetic.times(day, TimeField.DAY_MS), Math.floorMod(timestamp, TimeField.DAY_MS));
    }

    public static int timestampAddDate(String unit, long count, int date) throws RowException {
        return timestampAddDate(TimeField.of(unit), count, date);
    }

    public static int timestampAddDate(TimeField unit, long count, int date) throws RowException {
        if (unit.lengthMs() == 0) {
            return NumberCasts.bigintToInteger(plusMonths(unit, count, date));
        }
        if (unit.lengthMs() < TimeField.DAY_MS) {
            throw new RowException(unit + " cannot be added to a DATE");
        }
        long days = Arithmetic.times(count, unit.lengthMs() / TimeField.DAY_MS);
        return NumberCasts.bigintToInteger(Arithmetic.plus(date, days));
    }

    private static long plusMonths(TimeField unit, long count, long epochDay) throws RowException {
        int months = unit.months();
        if (months == 0) {
            throw unit.noUnit();
        }
        try {
            return LocalDate.ofEpochDay(epochDay)
                    .plusMonths(Arithmetic.times(count, months))
                    .toEpochDay();
        } catch (DateTimeException | ArithmeticException e) {
            throw new RowException("date overflow when " + count + " " + unit + " are added");
        }
    }

    public static long timestampDiffTimestamp(String unit, long from, long to) throws RowException {
        return timestampDiffTimestamp(TimeField.of(unit), from, to);
    }

    public static long timestampDiffTimestamp(TimeField unit, long from, long to) throws RowException {
        if (unit.lengthMs() > 0) {
            return Arithmetic.minus(to, from) / unit.lengthMs();
        }
        if (unit.months() == 0) {
            throw unit.noUnit();
        }
        return ChronoUnit.MONTHS.between(TimeCasts.dateTime(from), TimeCasts.dateTime(to)) / unit.months();
    }

    public static long timestampDiffDate(String unit, int from, int to) throws RowException {
        return timestampDiffDate(TimeField.of(unit), from, to);
    }

    public static long timestampDiffDate(TimeField unit, int from, int to) throws RowException {
        return timestampDiffTimestamp(unit, from * TimeField.DAY_MS, to * TimeField.DAY_MS);
    }

    public static long fromUnixMillis(long timestamp) {
        return timestamp;
    }

    public static long toUnixMillis(long timestamp) {
        return timestamp;
    }
}
