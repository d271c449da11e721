package io.weirflow.api.definition;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of an option, as it was written. */
public sealed interface Value {

    Place place();

    /**
     * A single value.
     *
     * @param quoted whether it was marked as text, so that {@code "5"} is not a number
     */
    record Scalar(Text text, boolean quoted) implements Value {
        @Override
        public Place place() {
            return text.place();
        }
    }

    /** A list. */
    record Items(List<Value> items, Place place) implements Value {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A map, in the order in which it was written. */
    record Fields(List<Field> fields, Place place) implements Value {

        /** No fields, in Java. */
        public static final Fields NONE = new Fields(List.of(), Place.BUILDER);

        public Fields {
            fields = List.copyOf(fields);
        }

        /** Returns the value of a field. */
        public Optional<Value> get(String name) {
            return fields.stream()
                    .filter(field -> field.name().value().equals(name))
                    .map(Field::value)
                    .findFirst();
        }
    }

    /** One entry of a map. */
    record Field(Text name, Value value) {}

    /**
     * Returns a Java value as if it had been written in YAML.
     *
     * @param value a String, Boolean, whole or floating number, {@link java.time.Duration}, or a List or Map of these; fields of a
     *     map without an order of its own are sorted by name
     * @throws IllegalArgumentException when it is something else
     */
    static Value of(Object value) {
        if (value instanceof Value already) {
            return already;
        }
        if (value instanceof List<?> list) {
            return new Items(list.stream().map(item -> of((Object) item)).toList(), Place.BUILDER);
        }
        if (value instanceof Map<?, ?> map) {
            return JavaValues.fields(map);
        }
        return JavaValues.scalar(value);
    }
}
