package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** CAST from DATE, TIME and TIMESTAMP. Text is ISO-8601 in UTC: {@code 2026-01-31T10:00:00.000Z}. */
public final class TimeCasts {

    private static final int[] PARTS_MS = {3_600_000, 60_000, 1_000};

    private TimeCasts() {}

    public static int timestampToDate(long timestamp) throws RowException {
        return NumberCasts.bigintToInteger(Math.floorDiv(timestamp, TimeField.DAY_MS));
    }

    public static int timestampToTime(long timestamp) {
        return (int) Math.floorMod(timestamp, TimeField.DAY_MS);
    }

    public static String timestampToVarchar(long timestamp) {
        StringBuilder out = new StringBuilder(24);
        out.append(LocalDate.ofEpochDay(Math.floorDiv(timestamp, TimeField.DAY_MS)))
                .append('T');
        appendTime(out, timestampToTime(timestamp));
        return out.append('Z').toString();
    }

    /** The start of the day. */
    public static long dateToTimestamp(int date) {
        return date * TimeField.DAY_MS;
    }

    public static String dateToVarchar(int date) {
        return LocalDate.ofEpochDay(date).toString();
    }

    public static String timeToVarchar(int time) {
        StringBuilder out = new StringBuilder(12);
        appendTime(out, time);
        return out.toString();
    }

    private static void appendTime(StringBuilder out, int timeMs) {
        int rest = timeMs;
        for (int i = 0; i < PARTS_MS.length; i++) {
            int part = rest / PARTS_MS[i];
            rest -= part * PARTS_MS[i];
            out.append(i == 0 ? "" : ":").append((char) ('0' + part / 10)).append((char) ('0' + part % 10));
        }
        out.append('.').append((char) ('0' + rest / 100)).append((char) ('0' + rest / 10 % 10));
        out.append((char) ('0' + rest % 10));
    }

    static LocalDateTime dateTime(long timestamp) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(timestamp, 1_000L), (int) Math.floorMod(timestamp, 1_000L) * 1_000_000, ZoneOffset.UTC);
    }
}
