package io.weirflow.connectors.format;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Text to typed values and back, the same for every format that is made of text. Scalar types and decimals only.
 *
 * <p>Numbers are parsed exactly: no unit, no separators, no silent loss, except that a DECIMAL is rounded half up to its scale. Spaces
 * around anything but VARCHAR are passed over; an empty text is NULL for every type but VARCHAR.
 */
final class TextValues {

    /** Longer numbers are refused: parsing takes quadratic time. */
    private static final int MAX_NUMBER_CHARS = 128;

    private static final int MAX_QUOTED_CHARS = 60;

    private final @Nullable DateTimeFormatter timestamps;

    /**
     * @param timestampPattern how TIMESTAMP columns are written, as {@link DateTimeFormatter#ofPattern(String)} has it, in English;
     *     null for ISO-8601 and milliseconds since the epoch
     * @throws IllegalArgumentException when the pattern is malformed
     */
    TextValues(@Nullable String timestampPattern) {
        timestamps = timestampPattern == null ? null : DateTimeFormatter.ofPattern(timestampPattern, Locale.ENGLISH);
    }

    /** Returns whether text can become values of the type. */
    static boolean supports(DataType type) {
        return type instanceof Scalar || type instanceof Decimal;
    }

    /**
     * Writes the value of a text into a column.
     *
     * @throws DecodeException when the text is not of the type; the message does not name the column
     */
    void parse(String text, DataType type, MutableRow row, int column) throws DecodeException {
        if (type == Scalar.VARCHAR) {
            row.setObject(column, text);
            return;
        }
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            row.setNull(column);
            return;
        }
        try {
            if (type instanceof Decimal decimal) {
                row.setObject(column, decimal(number(trimmed), decimal));
            } else {
                parseScalar(trimmed, (Scalar) type, row, column);
            }
        } catch (IllegalArgumentException | DecodeException e) {
            throw notA(text, type);
        }
    }

    private void parseScalar(String text, Scalar type, MutableRow row, int column) throws DecodeException {
        switch (type) {
            case BOOLEAN -> row.setBoolean(column, parseBoolean(text));
            case INTEGER -> row.setInt(column, Integer.parseInt(text));
            case BIGINT -> row.setLong(column, Long.parseLong(text));
            case DOUBLE -> row.setDouble(column, parseDouble(text));
            case VARCHAR -> row.setObject(column, text);
            case VARBINARY -> row.setObject(column, Base64.getDecoder().decode(text));
            case DATE -> row.setInt(column, TimeText.parseDate(text));
            case TIME -> row.setInt(column, TimeText.parseTime(text));
            case TIMESTAMP -> row.setLong(column, parseTimestamp(text));
        }
    }

    private long parseTimestamp(String text) throws DecodeException {
        if (timestamps == null) {
            return TimeText.parseTimestamp(text);
        }
        try {
            return toEpochMs(timestamps.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            throw new DecodeException("not a time");
        }
    }

    /** What the pattern leaves out is UTC and midnight. */
    private static long toEpochMs(TemporalAccessor parsed) {
        if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
            return Instant.from(parsed).toEpochMilli();
        }
        if (parsed.query(TemporalQueries.localTime()) == null) {
            return LocalDate.from(parsed)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant()
                    .toEpochMilli();
        }
        return LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private static boolean parseBoolean(String text) throws DecodeException {
        if (text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equalsIgnoreCase("false")) {
            return false;
        }
        throw new DecodeException("not a truth value");
    }

    private static double parseDouble(String text) throws DecodeException {
        if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
            return Double.parseDouble(text);
        }
        char last = text.charAt(text.length() - 1);
        boolean plain = text.length() <= MAX_NUMBER_CHARS && (Character.isDigit(last) || last == '.');
        if (!plain || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
            throw new DecodeException("not a number");
        }
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw new DecodeException("out of range");
        }
        return value;
    }

    private static BigDecimal number(String text) throws DecodeException {
        if (text.length() > MAX_NUMBER_CHARS) {
            throw new DecodeException("too many digits");
        }
        return new BigDecimal(text);
    }

    /** Returns the number at the type's scale, rounded half up. Checks sizes first: an exponent may ask for gigabytes of zeros. */
    static BigDecimal decimal(BigDecimal number, Decimal type) throws DecodeException {
        long integerDigits = (long) number.precision() - number.scale();
        if (number.signum() == 0 || integerDigits < -type.scale()) {
            return BigDecimal.ZERO.setScale(type.scale());
        }
        if (integerDigits > type.precision() - type.scale()) {
            throw new DecodeException("out of range");
        }
        BigDecimal scaled = number.setScale(type.scale(), RoundingMode.HALF_UP);
        if (scaled.precision() > type.precision()) {
            throw new DecodeException("out of range");
        }
        return scaled;
    }

    /** Returns the text of a value that is not NULL; {@link #parse} gives the same value for it. */
    static String format(Row row, int column, DataType type) {
        if (!(type instanceof Scalar scalar)) {
            return type instanceof Decimal
                    ? ((BigDecimal) object(row, column)).toPlainString()
                    : JsonWriter.text(row, column, type);
        }
        return switch (scalar) {
            case BOOLEAN -> Boolean.toString(row.getBoolean(column));
            case INTEGER, BIGINT -> Long.toString(row.getLong(column));
            case DOUBLE -> NumberOutput.toString(row.getDouble(column), true);
            case VARCHAR -> (String) object(row, column);
            case VARBINARY -> Base64.getEncoder().encodeToString((byte[]) object(row, column));
            case DATE -> TimeText.formatDate(row.getInt(column));
            case TIME -> TimeText.formatTime(row.getInt(column));
            case TIMESTAMP -> TimeText.formatTimestamp(row.getLong(column));
        };
    }

    private static Object object(Row row, int column) {
        return Objects.requireNonNull(row.getObject(column), "value");
    }

    static DecodeException notA(String text, DataType type) {
        String article = "AEIOU".indexOf(type.sql().charAt(0)) >= 0 ? "an " : "a ";
        return new DecodeException("'" + shorten(text) + "' is not " + article + type.sql());
    }

    /** Returns the beginning of a text that a message shows, without control characters. */
    static String shorten(String text) {
        String head = text.length() <= MAX_QUOTED_CHARS ? text : text.substring(0, MAX_QUOTED_CHARS) + "…";
        return head.replaceAll("\\p{Cntrl}", "?");
    }

    /** Returns the exception with the column in front. */
    static DecodeException at(String column, DecodeException cause) {
        return new DecodeException("column '" + column + "': " + cause.getMessage());
    }
}
