package io.weirflow.connectors.format;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Array;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.MapOf;
import io.weirflow.api.type.DataType.RowOf;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON in UTF-8 into a buffer of its own. The same value gives the same bytes on every JVM: doubles are written in
 * their shortest form by Jackson's Schubfach, not by {@link Double#toString}, whose digits changed in JDK 19.
 *
 * <p>NaN and infinities, which JSON lacks, become null. A lone surrogate is written as an escape, so that it survives.
 */
final class JsonWriter {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer = new byte[512];
    private int size;

    /** Returns a value that is not NULL as JSON text. */
    static String text(Row row, int column, DataType type) {
        JsonWriter writer = new JsonWriter();
        writer.value(row, column, type);
        return new String(writer.buffer, 0, writer.size, StandardCharsets.UTF_8);
    }

    void reset() {
        size = 0;
    }

    /** Returns a copy of what was written. */
    byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    void appendTo(ByteArrayOutputStream out) {
        out.write(buffer, 0, size);
    }

    /** Writes an object of the row's columns. {@code names} are the columns' names as {@link #quotedNames} gives them. */
    void object(Row row, RowType type, byte[][] names) {
        raw('{');
        for (int i = 0; i < names.length; i++) {
            if (i > 0) {
                raw(',');
            }
            bytes(names[i]);
            value(row, i, type.column(i).type());
        }
        raw('}');
    }

    /** Returns the names of the columns, each quoted and with its colon. */
    static byte[][] quotedNames(RowType type) {
        byte[][] names = new byte[type.size()][];
        for (int i = 0; i < names.length; i++) {
            JsonWriter writer = new JsonWriter();
            writer.string(type.column(i).name());
            writer.raw(':');
            names[i] = Arrays.copyOf(writer.buffer, writer.size);
        }
        return names;
    }

    void value(Row row, int column, DataType type) {
        if (row.isNull(column)) {
            ascii("null");
        } else if (type instanceof Scalar scalar) {
            scalar(row, column, scalar);
        } else {
            nested(Objects.requireNonNull(row.getObject(column), "value"), type);
        }
    }

    private void scalar(Row row, int column, Scalar type) {
        switch (type) {
            case BOOLEAN -> ascii(row.getBoolean(column) ? "true" : "false");
            case INTEGER, BIGINT -> number(row.getLong(column));
            case DOUBLE -> number(row.getDouble(column));
            case VARCHAR -> string((String) Objects.requireNonNull(row.getObject(column), "value"));
            case TIMESTAMP -> timestamp(row.getLong(column));
            case VARBINARY, DATE, TIME -> quoted(TextValues.format(row, column, type));
        }
    }

    private void nested(Object value, DataType type) {
        if (type instanceof Decimal) {
            ascii(((BigDecimal) value).toPlainString());
        } else if (type instanceof Array array) {
            array((List<?>) value, array.element());
        } else if (type instanceof MapOf map) {
            map((Map<?, ?>) value, map.value());
        } else if (type instanceof RowOf nested) {
            object((Row) value, nested.rowType(), quotedNames(nested.rowType()));
        } else {
            throw new IllegalArgumentException("no JSON form for " + type.sql());
        }
    }

    private void array(List<?> list, DataType element) {
        raw('[');
        MutableRow cell = new MutableRow(1);
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                raw(',');
            }
            boxed(cell, list.get(i), element);
        }
        raw(']');
    }

    private void map(Map<?, ?> map, DataType valueType) {
        raw('{');
        MutableRow cell = new MutableRow(1);
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!first) {
                raw(',');
            }
            first = false;
            string((String) entry.getKey());
            raw(':');
            boxed(cell, entry.getValue(), valueType);
        }
        raw('}');
    }

    private void boxed(MutableRow cell, @Nullable Object value, DataType type) {
        cell.setValue(0, type, value);
        value(cell, 0, type);
    }

    private void number(double value) {
        ascii(Double.isFinite(value) ? NumberOutput.toString(value, true) : "null");
    }

    private void number(long value) {
        ensure(20);
        size = NumberOutput.outputLong(value, buffer, size);
    }

    private void timestamp(long epochMs) {
        ensure(TimeText.TIMESTAMP_BYTES + 2);
        if (TimeText.putTimestamp(buffer, size + 1, epochMs)) {
            buffer[size] = '"';
            buffer[size + TimeText.TIMESTAMP_BYTES + 1] = '"';
            size += TimeText.TIMESTAMP_BYTES + 2;
        } else {
            quoted(TimeText.formatTimestamp(epochMs));
        }
    }

    private void quoted(String ascii) {
        raw('"');
        ascii(ascii);
        raw('"');
    }

    /** Writes a string with its quotes. */
    void string(String text) {
        // The longest form of a char is an escape of six bytes.
        ensure(Math.addExact(Math.multiplyExact(text.length(), 6), 2));
        buffer[size++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                asciiChar(c);
            } else if (c < 0x800) {
                buffer[size++] = (byte) (0xC0 | c >> 6);
                buffer[size++] = (byte) (0x80 | c & 0x3F);
            } else if (!Character.isSurrogate(c)) {
                buffer[size++] = (byte) (0xE0 | c >> 12);
                buffer[size++] = (byte) (0x80 | c >> 6 & 0x3F);
                buffer[size++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                supplementary(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                escape(c);
            }
        }
        buffer[size++] = '"';
    }

    private void asciiChar(char c) {
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) {
            buffer[size++] = (byte) c;
            return;
        }
        int at = "\"\\\n\r\t\b\f".indexOf(c);
        if (at < 0) {
            escape(c);
        } else {
            buffer[size++] = '\\';
            buffer[size++] = (byte) "\"\\nrtbf".charAt(at);
        }
    }

    private void supplementary(int codePoint) {
        buffer[size++] = (byte) (0xF0 | codePoint >> 18);
        buffer[size++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
        buffer[size++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        buffer[size++] = (byte) (0x80 | codePoint & 0x3F);
    }

    private void escape(char c) {
        buffer[size++] = '\\';
        buffer[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[size++] = HEX[c >> shift & 0xF];
        }
    }

    private void ascii(String text) {
        int length = text.length();
        ensure(length);
        for (int i = 0; i < length; i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
    }

    private void bytes(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    private void raw(char c) {
        ensure(1);
        buffer[size++] = (byte) c;
    }

    private void ensure(int more) {
        int needed = Math.addExact(size, more);
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(needed, buffer.length * 2));
        }
    }
}
