package io.weirflow.protocol.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options as plain JSON. What JSON lacks has a name with a dollar: {@code {"$secret":template}}, {@code {"$double":"NaN"}}, and
 * {@code {"$map":{…}}} around a map that itself has such names.
 */
final class OptionsJson {

    private static final String SECRET = "$secret";
    private static final String DOUBLE = "$double";
    private static final String MAP = "$map";

    private OptionsJson() {}

    static JsonNode write(Options options) {
        return fields(options.values());
    }

    static Options read(JsonObject parent, String field) {
        JsonNode node = parent.any(field);
        return new Options(map(parent.path() + "." + field, node));
    }

    private static ObjectNode fields(Map<?, ?> map) {
        ObjectNode json = Json.object();
        map.forEach((name, value) -> json.set((String) name, value(value)));
        return json;
    }

    private static JsonNode value(Object value) {
        if (value instanceof String text) {
            return TextNode.valueOf(text);
        }
        if (value instanceof Long number) {
            return LongNode.valueOf(number);
        }
        if (value instanceof Boolean flag) {
            return BooleanNode.valueOf(flag);
        }
        if (value instanceof Double number) {
            return Double.isFinite(number)
                    ? DoubleNode.valueOf(number)
                    : Json.object().put(DOUBLE, number.toString());
        }
        if (value instanceof SecretRef secret) {
            return Json.object().put(SECRET, secret.template());
        }
        if (value instanceof List<?> list) {
            return Json.array(list, OptionsJson::value);
        }
        if (value instanceof Map<?, ?> map) {
            boolean ambiguous = map.keySet().stream().anyMatch(name -> ((String) name).startsWith("$"));
            return ambiguous ? Json.object().set(MAP, fields(map)) : fields(map);
        }
        throw new IllegalArgumentException(
                "an option cannot be a " + value.getClass().getSimpleName());
    }

    private static Map<String, Object> map(String path, JsonNode node) {
        if (!node.isObject()) {
            throw new WireFormatException(path + ": expected an object");
        }
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties()
                .forEach(field -> map.put(field.getKey(), value(path + "." + field.getKey(), field.getValue())));
        return map;
    }

    private static Object value(String path, JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isFloatingPointNumber()) {
            return node.doubleValue();
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>(node.size());
            node.forEach(element -> list.add(value(path + "[" + list.size() + "]", element)));
            return list;
        }
        if (node.isObject()) {
            return marked(path, node);
        }
        throw new WireFormatException(path + ": an option cannot be " + node);
    }

    private static Object marked(String path, JsonNode node) {
        if (node.size() != 1 || !node.fieldNames().next().startsWith("$")) {
            return map(path, node);
        }
        String mark = node.fieldNames().next();
        JsonNode content = node.get(mark);
        if (mark.equals(SECRET) && content.isTextual()) {
            return new SecretRef(content.textValue());
        }
        if (mark.equals(MAP)) {
            return map(path, content);
        }
        if (mark.equals(DOUBLE) && content.isTextual()) {
            return number(path, content.textValue());
        }
        throw new WireFormatException(path + ": unknown kind of option '" + mark + "'");
    }

    private static double number(String path, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new WireFormatException(path + ": '" + text + "' is not a number", e);
        }
    }
}
