package io.weirflow.api.connector;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of a connector's, format's or operator's options. Values are String, Long, Double, Boolean, {@link SecretRef},
 * or List and Map of these. Immutable; keeps the order. By the time a connector sees them they were checked against its
 * {@link OptionSpec}s, defaults filled in.
 */
public record Options(Map<String, Object> values) {

    /** No options. */
    public static final Options NONE = new Options(Map.of());

    public Options {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Returns a text. @throws IllegalArgumentException when it is absent or not a text */
    public String text(String name) {
        return optionalText(name).orElseThrow(() -> new IllegalArgumentException("option '" + name + "' is missing"));
    }

    /** Returns a text, if given. */
    public Optional<String> optionalText(String name) {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw new IllegalArgumentException("option '" + name + "' is not a text");
    }

    /** Returns a whole number, or the fallback when it is absent. */
    public long number(String name, long fallback) {
        Object value = values.get(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException("option '" + name + "' is not a whole number");
    }

    /** Returns a number, or the fallback when it is absent. */
    public double decimal(String name, double fallback) {
        Object value = values.get(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("option '" + name + "' is not a number");
    }

    /** Returns a truth value, or the fallback when it is absent. */
    public boolean flag(String name, boolean fallback) {
        Object value = values.get(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new IllegalArgumentException("option '" + name + "' is not true or false");
    }

    /** Returns a list of texts, empty when absent. */
    public List<String> texts(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException("option '" + name + "' is not a list of texts");
    }

    /** Returns a nested map, empty when absent. */
    public Options nested(String name) {
        Object value = values.get(name);
        if (value == null) {
            return NONE;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, nested) -> copy.put((String) key, nested));
            return new Options(copy);
        }
        throw new IllegalArgumentException("option '" + name + "' is not a map");
    }

    /** Returns these options with one more. */
    public Options with(String name, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(values);
        copy.put(name, value);
        return new Options(copy);
    }

    /** Returns these options and others; of two with one name the other's wins. */
    public Options withAll(Options others) {
        Map<String, Object> copy = new LinkedHashMap<>(values);
        copy.putAll(others.values);
        return new Options(copy);
    }

    /** Returns those of these options that have one of the names. */
    public Options only(List<String> names) {
        Map<String, Object> copy = new LinkedHashMap<>(values);
        copy.keySet().retainAll(names);
        return new Options(copy);
    }
}
