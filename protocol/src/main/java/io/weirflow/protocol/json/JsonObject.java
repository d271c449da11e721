package io.weirflow.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.protocol.WireFormatException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON tree that is read field by field. Everything that is not as expected is a {@link WireFormatException} that names
 * the place; so is a field that nobody asked for, because ignoring what a newer version wrote could change its meaning. Used by one
 * thread.
 */
public final class JsonObject {

    private final String path;
    private final ObjectNode node;
    private final Set<String> read = new HashSet<>();

    private JsonObject(String path, ObjectNode node) {
        this.path = path;
        this.node = node;
    }

    static JsonObject of(String path, @Nullable JsonNode node) {
        if (node instanceof ObjectNode object) {
            return new JsonObject(path, object);
        }
        throw new WireFormatException(path + ": expected an object, found " + describe(node));
    }

    /** Returns the place of this object, for messages. */
    public String path() {
        return path;
    }

    /**
     * Makes a value of this object.
     *
     * @param reader reads all the fields; what its constructors refuse with IllegalArgumentException is refused here with the place
     */
    public <T> T read(Function<JsonObject, T> reader) {
        T value;
        try {
            value = reader.apply(this);
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new WireFormatException(path + ": " + e.getMessage(), e);
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!read.contains(name)) {
                throw new WireFormatException(
                        path + ": unknown field '" + name + "'; it was probably written by a newer version");
            }
        });
        return value;
    }

    /** Checks field {@code v}, the version of the format. */
    public void version(int supported) {
        int version = integer("v");
        if (version != supported) {
            throw new WireFormatException(path + ": format version " + version + " is not supported, only " + supported
                    + "; use the version of Weirflow that wrote it, or a newer one");
        }
    }

    public boolean has(String name) {
        return node.has(name);
    }

    /** Returns any value, for readers of their own. */
    public JsonNode any(String name) {
        JsonNode value = node.get(name);
        read.add(name);
        if (value == null) {
            throw new WireFormatException(path + ": field '" + name + "' is missing");
        }
        return value;
    }

    public String text(String name) {
        JsonNode value = any(name);
        if (!value.isTextual()) {
            throw wrong(name, "a text", value);
        }
        return value.textValue();
    }

    public int integer(String name) {
        JsonNode value = any(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(name, "a 32-bit whole number", value);
        }
        return value.intValue();
    }

    public long number(String name) {
        JsonNode value = any(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(name, "a 64-bit whole number", value);
        }
        return value.longValue();
    }

    public boolean flag(String name) {
        JsonNode value = any(name);
        if (!value.isBoolean()) {
            throw wrong(name, "true or false", value);
        }
        return value.booleanValue();
    }

    /** Returns the constant of this exact name. */
    public <E extends Enum<E>> E constant(String name, Class<E> type) {
        String text = text(name);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new WireFormatException(path + "." + name + ": '" + text + "' is not a " + type.getSimpleName());
    }

    /** Returns a nested object. */
    public <T> T object(String name, Function<JsonObject, T> reader) {
        return of(path + "." + name, any(name)).read(reader);
    }

    /** Returns a nested object, or null when the field is absent. */
    public <T> @Nullable T optional(String name, Function<JsonObject, T> reader) {
        return has(name) ? object(name, reader) : null;
    }

    /** Returns a list of nested objects. */
    public <T> List<T> objects(String name, Function<JsonObject, T> reader) {
        return list(name, (place, value) -> of(place, value).read(reader));
    }

    /**
     * Returns a list.
     *
     * @param reader takes the element's place, for messages, and the element
     */
    public <T> List<T> list(String name, BiFunction<String, JsonNode, T> reader) {
        JsonNode value = any(name);
        if (!value.isArray()) {
            throw wrong(name, "a list", value);
        }
        List<T> list = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            list.add(reader.apply(path + "." + name + "[" + i + "]", value.get(i)));
        }
        return list;
    }

    public List<String> texts(String name) {
        return list(name, (place, value) -> {
            if (!value.isTextual()) {
                throw new WireFormatException(place + ": expected a text, found " + describe(value));
            }
            return value.textValue();
        });
    }

    public List<Integer> integers(String name) {
        return list(name, (place, value) -> {
            if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                throw new WireFormatException(place + ": expected a 32-bit whole number, found " + describe(value));
            }
            return value.intValue();
        });
    }

    private WireFormatException wrong(String name, String expected, JsonNode found) {
        return new WireFormatException(path + "." + name + ": expected " + expected + ", found " + describe(found));
    }

    static String describe(@Nullable JsonNode node) {
        if (node == null || node.isMissingNode()) {
            return "nothing";
        }
        if (node.isContainerNode()) {
            return node.isArray() ? "a list" : "an object";
        }
        String text = node.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
