package io.weirflow.protocol.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Constants, written as their type demands: decimals and numbers that JSON lacks as texts, bytes in base 64, rows as lists. */
final class LiteralJson {

    private LiteralJson() {}

    static JsonNode write(DataType type, @Nullable Object value) {
        if (value == null) {
            return NullNode.instance;
        }
        if (type instanceof DataType.Scalar scalar) {
            return scalar(scalar, value);
        }
        if (type instanceof DataType.Decimal) {
            return TextNode.valueOf(((BigDecimal) value).toString());
        }
        if (type instanceof DataType.Array array) {
            ArrayNode json = JsonNodeFactory.instance.arrayNode();
            ((List<?>) value).forEach(element -> json.add(write(array.element(), element)));
            return json;
        }
        if (type instanceof DataType.MapOf map) {
            ObjectNode json = Json.object();
            ((Map<?, ?>) value).forEach((key, element) -> json.set((String) key, write(map.value(), element)));
            return json;
        }
        RowType rowType = ((DataType.RowOf) type).rowType();
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < rowType.size(); i++) {
            DataType column = rowType.column(i).type();
            json.add(write(column, Values.get((Row) value, i, column)));
        }
        return json;
    }

    private static JsonNode scalar(DataType.Scalar type, Object value) {
        return switch (type) {
            case BOOLEAN -> BooleanNode.valueOf((Boolean) value);
            case INTEGER, DATE, TIME -> IntNode.valueOf((Integer) value);
            case BIGINT, TIMESTAMP -> LongNode.valueOf((Long) value);
            case DOUBLE -> {
                double number = (Double) value;
                yield Double.isFinite(number) ? DoubleNode.valueOf(number) : TextNode.valueOf(Double.toString(number));
            }
            case VARCHAR -> TextNode.valueOf((String) value);
            case VARBINARY -> JsonNodeFactory.instance.binaryNode((byte[]) value);
        };
    }

    static @Nullable Object read(DataType type, String path, JsonNode json) {
        if (json.isNull()) {
            return null;
        }
        Object value = type instanceof DataType.Scalar scalar ? scalar(scalar, json) : composed(type, path, json);
        if (value == null) {
            throw new WireFormatException(path + ": " + json + " is not a " + type.sql());
        }
        return value;
    }

    /** Returns the value, or null when the JSON does not fit the type. */
    private static @Nullable Object scalar(DataType.Scalar type, JsonNode json) {
        return switch (type) {
            case BOOLEAN -> json.isBoolean() ? (Object) json.booleanValue() : null;
            case INTEGER, DATE, TIME ->
                json.isIntegralNumber() && json.canConvertToInt() ? (Object) json.intValue() : null;
            case BIGINT, TIMESTAMP ->
                json.isIntegralNumber() && json.canConvertToLong() ? (Object) json.longValue() : null;
            case DOUBLE -> json.isFloatingPointNumber() ? (Object) json.doubleValue() : notFinite(json);
            case VARCHAR -> json.isTextual() ? json.textValue() : null;
            case VARBINARY -> bytes(json);
        };
    }

    private static @Nullable Object notFinite(JsonNode json) {
        return switch (json.asText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> null;
        };
    }

    private static byte @Nullable [] bytes(JsonNode json) {
        try {
            return json.isTextual() ? json.binaryValue() : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Object composed(DataType type, String path, JsonNode json) {
        if (type instanceof DataType.Decimal decimal) {
            return json.isTextual() ? decimal(decimal, json.textValue()) : null;
        }
        if (type instanceof DataType.Array array && json.isArray()) {
            return list(array.element(), path, json);
        }
        if (type instanceof DataType.MapOf map && json.isObject()) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            json.properties()
                    .forEach(field -> values.put(
                            field.getKey(), read(map.value(), path + "." + field.getKey(), field.getValue())));
            return values;
        }
        if (type instanceof DataType.RowOf row
                && json.isArray()
                && json.size() == row.rowType().size()) {
            return row(row.rowType(), path, json);
        }
        return null;
    }

    private static @Nullable BigDecimal decimal(DataType.Decimal type, String text) {
        try {
            BigDecimal value = new BigDecimal(text);
            return value.scale() == type.scale() ? value : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static List<@Nullable Object> list(DataType element, String path, JsonNode json) {
        List<@Nullable Object> values = new ArrayList<>(json.size());
        for (int i = 0; i < json.size(); i++) {
            values.add(read(element, path + "[" + i + "]", json.get(i)));
        }
        return values;
    }

    private static Row row(RowType rowType, String path, JsonNode json) {
        MutableRow row = new MutableRow(rowType.size());
        for (int i = 0; i < rowType.size(); i++) {
            DataType column = rowType.column(i).type();
            row.setValue(i, column, read(column, path + "[" + i + "]", json.get(i)));
        }
        return row;
    }
}
