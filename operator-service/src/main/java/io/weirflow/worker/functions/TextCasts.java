package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * CAST from VARCHAR, and from and to VARBINARY (the UTF-8 bytes). White space around a number, BOOLEAN, date or time is ignored.
 *
 * <p>The pairs that CAST knows, here and in {@link NumberCasts} and {@link TimeCasts}; a type to itself is no conversion:
 *
 * <table>
 * <caption>from \ to</caption>
 * <tr><td></td><td>BOOLEAN</td><td>INTEGER</td><td>BIGINT</td><td>DOUBLE</td><td>DECIMAL</td><td>VARCHAR</td>
 *     <td>VARBINARY</td><td>DATE</td><td>TIME</td><td>TIMESTAMP</td></tr>
 * <tr><td>BOOLEAN</td><td>=</td><td>0, 1</td><td>0, 1</td><td></td><td></td><td>TRUE, FALSE</td><td></td><td></td><td></td><td></td></tr>
 * <tr><td>INTEGER</td><td>not 0</td><td>=</td><td>yes</td><td>yes</td><td>yes</td><td>yes</td><td></td><td></td><td></td><td></td></tr>
 * <tr><td>BIGINT</td><td>not 0</td><td>checked</td><td>=</td><td>nearest</td><td>checked</td><td>yes</td><td></td><td></td><td></td><td></td></tr>
 * <tr><td>DOUBLE</td><td></td><td>cut off</td><td>cut off</td><td>=</td><td>rounded</td><td>shortest</td><td></td><td></td><td></td><td></td></tr>
 * <tr><td>DECIMAL</td><td></td><td>cut off</td><td>cut off</td><td>nearest</td><td>rounded</td><td>plain</td><td></td><td></td><td></td><td></td></tr>
 * <tr><td>VARCHAR</td><td>true, false</td><td>digits</td><td>digits</td><td>yes</td><td>rounded</td><td>=</td><td>UTF-8</td><td>ISO</td><td>ISO</td><td>ISO</td></tr>
 * <tr><td>VARBINARY</td><td></td><td></td><td></td><td></td><td></td><td>UTF-8</td><td>=</td><td></td><td></td><td></td></tr>
 * <tr><td>DATE</td><td></td><td></td><td></td><td></td><td></td><td>ISO</td><td></td><td>=</td><td></td><td>midnight UTC</td></tr>
 * <tr><td>TIME</td><td></td><td></td><td></td><td></td><td></td><td>ISO</td><td></td><td></td><td>=</td><td></td></tr>
 * <tr><td>TIMESTAMP</td><td></td><td></td><td></td><td></td><td></td><td>ISO</td><td></td><td>UTC</td><td>UTC</td><td>=</td></tr>
 * </table>
 */
public final class TextCasts {

    /** Longer texts are no numbers that any type holds. */
    private static final int MAX_NUMBER_LENGTH = 1_000;

    private TextCasts() {}

    public static boolean varcharToBoolean(String text) throws RowException {
        String word = text.strip();
        if (word.equalsIgnoreCase("true")) {
            return true;
        } else if (word.equalsIgnoreCase("false")) {
            return false;
        }
        throw cannotCast(text, "BOOLEAN");
    }

    public static int varcharToInteger(String text) throws RowException {
        long value = wholeNumber(text, "INTEGER");
        if (value != (int) value) {
            throw cannotCast(text, "INTEGER");
        }
        return (int) value;
    }

    public static long varcharToBigint(String text) throws RowException {
        return wholeNumber(text, "BIGINT");
    }

    /** By hand, since {@link Long#parseLong} pays for a stack trace where the text is none. */
    private static long wholeNumber(String text, String type) throws RowException {
        String digits = text.strip();
        boolean negative = digits.startsWith("-");
        int from = negative || digits.startsWith("+") ? 1 : 0;
        if (from == digits.length()) {
            throw cannotCast(text, type);
        }
        // Downwards: there is one negative number more.
        long value = 0;
        for (int i = from; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                throw cannotCast(text, type);
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw cannotCast(text, type);
        }
        return negative ? value : -value;
    }

    public static double varcharToDouble(String text) throws RowException {
        String number = text.strip();
        boolean named = number.equals("NaN") || number.equals("Infinity") || number.equals("-Infinity");
        if (!named && !looksLikeNumber(number)) {
            throw cannotCast(text, "DOUBLE");
        }
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw cannotCast(text, "DOUBLE");
        }
    }

    public static BigDecimal varcharToDecimal(String text, int precision, int scale) throws RowException {
        String number = text.strip();
        String type = "DECIMAL(" + precision + "," + scale + ")";
        if (!looksLikeNumber(number)) {
            throw cannotCast(text, type);
        }
        try {
            BigDecimal value = new BigDecimal(number);
            // Before anything writes out the zeros of 1e999999999.
            long wholeDigits = (long) value.precision() - value.scale();
            if (value.signum() == 0 || wholeDigits < -scale) {
                return BigDecimal.ZERO.setScale(scale);
            }
            if (wholeDigits > precision) {
                throw cannotCast(text, type);
            }
            return DecimalFunctions.fit(value, precision, scale);
        } catch (NumberFormatException e) {
            throw cannotCast(text, type);
        }
    }

    /** Also keeps out what Java reads and SQL does not, such as 0x1p3 and 1d. */
    private static boolean looksLikeNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MAX_NUMBER_LENGTH;
    }

    public static byte[] varcharToVarbinary(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String varbinaryToVarchar(byte[] bytes) throws RowException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RowException("cannot cast bytes to VARCHAR: they are not UTF-8");
        }
    }

    public static int varcharToDate(String text) throws RowException {
        IsoText iso = new IsoText(text.strip());
        long day = iso.date();
        if (!iso.atEnd() || day != (int) day) {
            throw cannotCast(text, "DATE");
        }
        return (int) day;
    }

    public static int varcharToTime(String text) throws RowException {
        IsoText iso = new IsoText(text.strip());
        int timeMs = iso.time();
        if (!iso.atEnd()) {
            throw cannotCast(text, "TIME");
        }
        return timeMs;
    }

    /** A date alone is the start of its day; without a zone, the time is UTC; digits after the milliseconds are cut off. */
    public static long varcharToTimestamp(String text) throws RowException {
        IsoText iso = new IsoText(text.strip());
        long day = iso.date();
        long timeMs = 0;
        if (iso.skipSeparator()) {
            timeMs = iso.time() - (long) iso.offsetMs();
        }
        if (!iso.atEnd()) {
            throw cannotCast(text, "TIMESTAMP");
        }
        try {
            return timestamp(day, timeMs);
        } catch (ArithmeticException e) {
            throw cannotCast(text, "TIMESTAMP");
        }
    }

    /** Days before 1970 count from their end, so that the very first milliseconds of the range do not overflow on the way. */
    private static long timestamp(long day, long timeMs) {
        return day < 0
                ? Math.addExact(Math.multiplyExact(day + 1, TimeField.DAY_MS), timeMs - TimeField.DAY_MS)
                : Math.addExact(Math.multiplyExact(day, TimeField.DAY_MS), timeMs);
    }

    private static RowException cannotCast(String text, String type) {
        return new RowException("cannot cast '" + shorten(text) + "' to " + type);
    }

    static String shorten(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}
