package io.weirflow.connectors.format;

import io.weirflow.api.connector.DecodeException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * ISO-8601 texts to and from the words of TIMESTAMP, DATE and TIME. Written by hand because every record of every stream passes here:
 * {@link java.time.format.DateTimeFormatter} takes some twenty times as long.
 */
final class TimeText {

    /** Length of what {@link #putTimestamp} writes. */
    static final int TIMESTAMP_BYTES = 24;

    private static final long MS_PER_DAY = 86_400_000L;
    private static final long YEAR_0_MS = LocalDate.of(0, 1, 1).toEpochDay() * MS_PER_DAY;
    private static final long YEAR_10000_MS = LocalDate.of(10_000, 1, 1).toEpochDay() * MS_PER_DAY;
    private static final int[] POWERS = {1, 10, 100};

    private TimeText() {}

    /**
     * Returns milliseconds since the epoch. Takes {@code 2026-01-31}, {@code 2026-01-31T23:59}, seconds, a fraction (cut to
     * milliseconds), a space for the T, and {@code Z} or an offset; without one the time is UTC. A whole number is milliseconds
     * since the epoch.
     */
    static long parseTimestamp(String text) throws DecodeException {
        if (text.length() < 10 || text.charAt(4) != '-' || text.charAt(0) == '-') {
            return parseOther(text);
        }
        Cursor cursor = new Cursor(text);
        long days = cursor.date();
        if (cursor.atEnd()) {
            return days * MS_PER_DAY;
        }
        char separator = cursor.next();
        if (separator != 'T' && separator != 't' && separator != ' ') {
            throw cursor.malformed();
        }
        long ms = cursor.timeOfDay();
        long offsetMs = cursor.atEnd() ? 0 : cursor.zone();
        cursor.expectEnd();
        return days * MS_PER_DAY + ms - offsetMs;
    }

    private static long parseOther(String text) throws DecodeException {
        try {
            boolean signedYear = text.length() > 4 && text.indexOf('-', 1) > 0;
            return signedYear ? Instant.parse(text).toEpochMilli() : Long.parseLong(text);
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            throw new DecodeException("not a time");
        }
    }

    /** Returns days since the epoch. */
    static int parseDate(String text) throws DecodeException {
        Cursor cursor = new Cursor(text);
        long days = cursor.date();
        cursor.expectEnd();
        return (int) days;
    }

    /** Returns milliseconds of the day. */
    static int parseTime(String text) throws DecodeException {
        Cursor cursor = new Cursor(text);
        long ms = cursor.timeOfDay();
        cursor.expectEnd();
        return (int) ms;
    }

    /** Returns ISO-8601 in UTC with milliseconds. */
    static String formatTimestamp(long epochMs) {
        byte[] ascii = new byte[TIMESTAMP_BYTES];
        if (putTimestamp(ascii, 0, epochMs)) {
            return new String(ascii, StandardCharsets.US_ASCII);
        }
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochMs, MS_PER_DAY));
        return date + "T" + formatTime((int) Math.floorMod(epochMs, MS_PER_DAY)) + "Z";
    }

    /** Writes {@value #TIMESTAMP_BYTES} bytes; returns false, with nothing of use written, for years that do not have four digits. */
    static boolean putTimestamp(byte[] into, int at, long epochMs) {
        if (epochMs < YEAR_0_MS || epochMs >= YEAR_10000_MS) {
            return false;
        }
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochMs, MS_PER_DAY));
        int ms = (int) Math.floorMod(epochMs, MS_PER_DAY);
        putTwo(into, at, date.getYear() / 100);
        putTwo(into, at + 2, date.getYear() % 100);
        into[at + 4] = '-';
        putTwo(into, at + 5, date.getMonthValue());
        into[at + 7] = '-';
        putTwo(into, at + 8, date.getDayOfMonth());
        into[at + 10] = 'T';
        putTwo(into, at + 11, ms / 3_600_000);
        into[at + 13] = ':';
        putTwo(into, at + 14, ms / 60_000 % 60);
        into[at + 16] = ':';
        putTwo(into, at + 17, ms / 1000 % 60);
        into[at + 19] = '.';
        into[at + 20] = (byte) ('0' + ms / 100 % 10);
        putTwo(into, at + 21, ms % 100);
        into[at + 23] = 'Z';
        return true;
    }

    private static void putTwo(byte[] into, int at, int value) {
        into[at] = (byte) ('0' + value / 10);
        into[at + 1] = (byte) ('0' + value % 10);
    }

    static String formatDate(int days) {
        return LocalDate.ofEpochDay(days).toString();
    }

    static String formatTime(int msOfDay) {
        StringBuilder text = new StringBuilder(12);
        two(text, msOfDay / 3_600_000).append(':');
        two(text, msOfDay / 60_000 % 60).append(':');
        two(text, msOfDay / 1000 % 60).append('.');
        int ms = msOfDay % 1000;
        return two(text.append((char) ('0' + ms / 100)), ms % 100).toString();
    }

    private static StringBuilder two(StringBuilder text, int value) {
        return text.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }

    /** Walks over one text. */
    private static final class Cursor {

        private final String text;
        private int at;

        Cursor(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return at == text.length();
        }

        char next() throws DecodeException {
            if (atEnd()) {
                throw malformed();
            }
            return text.charAt(at++);
        }

        DecodeException malformed() {
            return new DecodeException("not a time");
        }

        void expectEnd() throws DecodeException {
            if (!atEnd()) {
                throw malformed();
            }
        }

        private void expect(char wanted) throws DecodeException {
            if (next() != wanted) {
                throw malformed();
            }
        }

        private int digits(int count) throws DecodeException {
            int value = 0;
            for (int i = 0; i < count; i++) {
                int digit = next() - '0';
                if (digit < 0 || digit > 9) {
                    throw malformed();
                }
                value = value * 10 + digit;
            }
            return value;
        }

        private int atMost(int limit, int value) throws DecodeException {
            if (value > limit) {
                throw malformed();
            }
            return value;
        }

        private boolean skip(char wanted) {
            boolean there = !atEnd() && text.charAt(at) == wanted;
            at += there ? 1 : 0;
            return there;
        }

        long date() throws DecodeException {
            int year = digits(4);
            expect('-');
            int month = digits(2);
            expect('-');
            int day = digits(2);
            try {
                return LocalDate.of(year, month, day).toEpochDay();
            } catch (DateTimeException e) {
                throw malformed();
            }
        }

        long timeOfDay() throws DecodeException {
            long ms = atMost(23, digits(2)) * 3_600_000L;
            expect(':');
            ms += atMost(59, digits(2)) * 60_000L;
            if (skip(':')) {
                ms += atMost(59, digits(2)) * 1000L;
                if (skip('.') || skip(',')) {
                    ms += fraction();
                }
            }
            return ms;
        }

        private int fraction() throws DecodeException {
            int start = at;
            int value = 0;
            while (!atEnd() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                value = at - start < 3 ? value * 10 + text.charAt(at) - '0' : value;
                at++;
            }
            int count = at - start;
            if (count == 0 || count > 9) {
                throw malformed();
            }
            return count < 3 ? value * POWERS[3 - count] : value;
        }

        long zone() throws DecodeException {
            char first = next();
            if (first == 'Z' || first == 'z') {
                return 0;
            }
            if (first != '+' && first != '-') {
                throw malformed();
            }
            long minutes = atMost(18, digits(2)) * 60L;
            if (!atEnd()) {
                skip(':');
                minutes += atMost(59, digits(2));
            }
            return (first == '-' ? -minutes : minutes) * 60_000L;
        }
    }
}
