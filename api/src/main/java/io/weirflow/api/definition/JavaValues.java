package io.weirflow.api.definition;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Java values as YAML would have them. */
final class JavaValues {

    /** Units of durations, from the largest. */
    private static final Map<String, Long> UNITS_MS = new LinkedHashMap<>();

    static {
        UNITS_MS.put("d", 86_400_000L);
        UNITS_MS.put("h", 3_600_000L);
        UNITS_MS.put("m", 60_000L);
        UNITS_MS.put("s", 1_000L);
    }

    private JavaValues() {}

    static Value.Fields fields(Map<?, ?> map) {
        boolean ordered = map instanceof LinkedHashMap || map instanceof SortedMap;
        Stream<Value.Field> fields =
                map.entrySet().stream().map(entry -> field(String.valueOf(entry.getKey()), entry.getValue()));
        if (!ordered) {
            fields = fields.sorted(Comparator.comparing(field -> field.name().value()));
        }
        return new Value.Fields(fields.toList(), Place.BUILDER);
    }

    static Value.Field field(String name, Object value) {
        return new Value.Field(Text.of(name), Value.of(value));
    }

    static Value.Scalar scalar(Object value) {
        if (value instanceof String text) {
            return new Value.Scalar(Text.of(text), true);
        }
        if (value instanceof Duration duration) {
            return new Value.Scalar(duration(duration), false);
        }
        if (value instanceof Boolean || value instanceof Number) {
            return new Value.Scalar(Text.of(value.toString()), false);
        }
        throw new IllegalArgumentException("a " + value.getClass().getName() + " cannot be the value of an option");
    }

    /** Returns the duration in the largest unit that holds it whole. */
    static Text duration(Duration duration) {
        long ms = duration.toMillis();
        for (Map.Entry<String, Long> unit : UNITS_MS.entrySet()) {
            if (ms != 0 && ms % unit.getValue() == 0) {
                return Text.of(ms / unit.getValue() + unit.getKey());
            }
        }
        return Text.of(ms + "ms");
    }

    static List<Text> texts(String... values) {
        return Stream.of(values).map(Text::of).toList();
    }
}
