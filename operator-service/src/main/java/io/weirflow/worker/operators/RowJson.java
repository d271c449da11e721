package io.weirflow.worker.operators;

import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON for people, in the errors stream: columns in their order, times as ISO-8601, bytes in base 64. Numbers that JSON lacks are
 * written as texts.
 */
public final class RowJson {

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder();

    private RowJson() {}

    /** Returns a row as a JSON object. */
    public static String of(RowType type, Row row) {
        RowJson json = new RowJson();
        json.row(type, row);
        return json.text.toString();
    }

    private void row(RowType type, Row row) {
        text.append('{');
        for (int i = 0; i < type.size(); i++) {
            DataType columnType = type.column(i).type();
            text.append(i == 0 ? "" : ",");
            string(type.column(i).name());
            text.append(':');
            value(columnType, Values.get(row, i, columnType));
        }
        text.append('}');
    }

    private void value(DataType type, @Nullable Object value) {
        if (value == null) {
            text.append("null");
        } else if (type instanceof Scalar scalar) {
            scalar(scalar, value);
        } else if (type instanceof DataType.Decimal) {
            text.append(((BigDecimal) value).toPlainString());
        } else if (type instanceof DataType.Array array) {
            list(array.element(), (List<?>) value);
        } else if (type instanceof DataType.MapOf map) {
            map(map.value(), (Map<?, ?>) value);
        } else if (type instanceof DataType.RowOf nested) {
            row(nested.rowType(), (Row) value);
        }
    }

    private void scalar(Scalar type, Object value) {
        switch (type) {
            case BOOLEAN, INTEGER, BIGINT -> text.append(value);
            case DOUBLE -> number((Double) value);
            case VARCHAR -> string((String) value);
            case VARBINARY -> string(Base64.getEncoder().encodeToString((byte[]) value));
            case DATE -> string(LocalDate.ofEpochDay((Integer) value).toString());
            case TIME ->
                string(LocalTime.ofNanoOfDay((Integer) value * 1_000_000L).toString());
            case TIMESTAMP -> string(TIMESTAMP.format(Instant.ofEpochMilli((Long) value)));
        }
    }

    private void number(double value) {
        if (Double.isFinite(value)) {
            text.append(value);
        } else {
            string(Double.toString(value));
        }
    }

    private void list(DataType element, List<?> values) {
        text.append('[');
        String separator = "";
        for (Object value : values) {
            text.append(separator);
            value(element, value);
            separator = ",";
        }
        text.append(']');
    }

    private void map(DataType valueType, Map<?, ?> values) {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            text.append(separator);
            string((String) Objects.requireNonNull(entry.getKey()));
            text.append(':');
            value(valueType, entry.getValue());
            separator = ",";
        }
        text.append('}');
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                // A surrogate as an escape is right whether it stands alone or is half of a pair.
                text.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    text.append(HEX.charAt(c >> shift & 0xF));
                }
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
