package io.weirflow.language.check;

import io.weirflow.api.connector.Options;
import io.weirflow.api.definition.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration of a user's operator, which has no declaration. Values that are not quoted are numbers and flags by YAML's core
 * schema; everything else is text.
 */
final class FreeOptions {

    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

    private final Expander expander;

    FreeOptions(Expander expander) {
        this.expander = expander;
    }

    Options read(Value.Fields fields) {
        return new Options(map(fields));
    }

    private Map<String, Object> map(Value.Fields fields) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Value.Field field : fields.fields()) {
            Object value = value(field.value());
            if (value != null) {
                values.put(field.name().value(), value);
            }
        }
        return values;
    }

    private @Nullable Object value(Value value) {
        if (value instanceof Value.Fields fields) {
            return map(fields);
        }
        if (value instanceof Value.Items items) {
            List<Object> list = new ArrayList<>();
            for (Value item : items.items()) {
                Object read = value(item);
                if (read != null) {
                    list.add(read);
                }
            }
            return list;
        }
        Value.Scalar scalar = (Value.Scalar) value;
        Object expanded = expander.option(scalar.text(), false);
        return expanded instanceof String text && !scalar.quoted() ? typed(text) : expanded;
    }

    private static Object typed(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        if (WHOLE.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        return DECIMAL.matcher(text).matches() ? (Object) Double.valueOf(text) : text;
    }
}
