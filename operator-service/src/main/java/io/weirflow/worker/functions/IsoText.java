package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.time.DateTimeException;
import java.time.LocalDate;

/** Reads dates and times of ISO-8601 from left to right; several times faster than a formatter of java.time. */
final class IsoText {

    private static final int MAX_YEAR_DIGITS = 9;

    private final String text;
    private int at;

    IsoText(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /** Reads {@code yyyy-MM-dd}; years of more than four digits, and those before 0, have a sign. Returns the days since 1970-01-01. */
    long date() throws RowException {
        boolean negative = skip('-');
        boolean signed = negative || skip('+');
        int from = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        int digits = at - from;
        if (digits < 4 || digits > (signed ? MAX_YEAR_DIGITS : 4)) {
            throw malformed();
        }
        int year = Integer.parseInt(text, from, at, 10);
        expect('-');
        int month = twoDigits();
        expect('-');
        int day = twoDigits();
        try {
            return LocalDate.of(negative ? -year : year, month, day).toEpochDay();
        } catch (DateTimeException e) {
            throw malformed();
        }
    }

    /** Reads {@code HH:mm[:ss[.digits]]} and returns the milliseconds of the day. */
    int time() throws RowException {
        int hour = twoDigits();
        expect(':');
        int minute = twoDigits();
        int second = skip(':') ? twoDigits() : 0;
        if (hour > 23 || minute > 59 || second > 59) {
            throw malformed();
        }
        return ((hour * 60 + minute) * 60 + second) * 1_000 + fractionMs();
    }

    private int fractionMs() throws RowException {
        if (!skip('.')) {
            return 0;
        }
        int from = at;
        int ms = 0;
        int weight = 100;
        while (at < text.length() && isDigit(text.charAt(at))) {
            ms += (text.charAt(at++) - '0') * weight;
            weight /= 10;
        }
        if (at == from) {
            throw malformed();
        }
        return ms;
    }

    /** Reads {@code Z}, {@code +HH:mm}, {@code +HHmm} or {@code +HH}, or nothing; returns what local time is ahead of UTC. */
    int offsetMs() throws RowException {
        if (skip('Z') || skip('z') || atEnd()) {
            return 0;
        }
        boolean negative = skip('-');
        if (!negative) {
            expect('+');
        }
        int hours = twoDigits();
        int minutes = skip(':') || !atEnd() ? twoDigits() : 0;
        if (hours > 18 || minutes > 59) {
            throw malformed();
        }
        int offset = (hours * 60 + minutes) * 60_000;
        return negative ? -offset : offset;
    }

    /** Skips what stands between date and time, if there is a time. */
    boolean skipSeparator() {
        return skip('T') || skip('t') || skip(' ');
    }

    private int twoDigits() throws RowException {
        if (at + 2 > text.length() || !isDigit(text.charAt(at)) || !isDigit(text.charAt(at + 1))) {
            throw malformed();
        }
        at += 2;
        return (text.charAt(at - 2) - '0') * 10 + text.charAt(at - 1) - '0';
    }

    private boolean skip(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c) throws RowException {
        if (!skip(c)) {
            throw malformed();
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private RowException malformed() {
        return new RowException("'" + TextCasts.shorten(text) + "' is not a date or time of ISO-8601");
    }
}
