package io.weirflow.language.check;

import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.Value;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks options against their declarations, fills in defaults, and keeps secrets as references. */
final class OptionChecker {

    private final Scalars scalars;
    private final Problems problems;

    OptionChecker(Scalars scalars, Problems problems) {
        this.scalars = scalars;
        this.problems = problems;
    }

    /** @param owner what has the options, for messages: {@code source 'file' of stream 'x'} */
    CheckedOptions check(Value.Fields given, List<OptionSpec> specs, String owner, Place whole) {
        return check(given, specs, Options.NONE, owner, whole);
    }

    /** @param inherited values that were checked elsewhere; those given here win */
    CheckedOptions check(Value.Fields given, List<OptionSpec> specs, Options inherited, String owner, Place whole) {
        Map<String, Place> places = new HashMap<>();
        Map<String, Object> values = new HashMap<>(inherited.values());
        boolean sound = true;
        List<String> names = specs.stream().map(OptionSpec::name).toList();
        for (Value.Field field : given.fields()) {
            String name = field.name().value();
            int index = names.indexOf(name);
            if (index < 0) {
                unknown(field.name(), owner, names);
                sound = false;
                continue;
            }
            Object value = convert(field.value(), specs.get(index), "'" + name + "' of " + owner);
            sound &= value != null;
            if (value != null) {
                values.put(name, value);
            }
            if (places.putIfAbsent(name, field.value().place()) != null) {
                problems.add(ProblemCode.DUPLICATE_KEY, field.name().place(), "'" + name + "' is given twice");
            }
        }
        Map<String, Object> complete = new LinkedHashMap<>();
        for (OptionSpec spec : specs) {
            Object value = values.getOrDefault(spec.name(), spec.fallback());
            if (value != null) {
                complete.put(spec.name(), value);
            } else if (spec.required() && !places.containsKey(spec.name())) {
                problems.add(ProblemCode.MISSING_OPTION, whole, owner + " needs '" + spec.name() + "': " + spec.doc());
                sound = false;
            }
        }
        return new CheckedOptions(new Options(complete), places, whole, sound);
    }

    private void unknown(Text name, String owner, List<String> known) {
        String has = known.isEmpty() ? "it has none" : "it has " + String.join(", ", known);
        problems.add(
                ProblemCode.UNKNOWN_OPTION,
                name.place(),
                "unknown option '" + name.value() + "' in " + owner + ": " + has,
                Suggestions.nearest(name.value(), known));
    }

    private @Nullable Object convert(Value value, OptionSpec spec, String what) {
        return switch (spec.type()) {
            case TEXTS -> texts(value, spec, what);
            case MAP -> map(value, spec, what);
            default ->
                value instanceof Value.Scalar scalar
                        ? single(scalar, spec, what)
                        : wrong(value.place(), what + " is a single value, not a " + shape(value));
        };
    }

    private @Nullable Object single(Value.Scalar scalar, OptionSpec spec, String what) {
        Object value = scalars.expander().option(scalar.text(), spec.secret());
        if (value == null) {
            return null;
        }
        if (value instanceof SecretRef) {
            return spec.type() == OptionSpec.Type.TEXT
                    ? value
                    : wrong(ProblemCode.SECRET_MISPLACED, scalar.place(), what + " cannot be a secret");
        }
        String text = (String) value;
        String shown = "'" + scalar.text().value() + "'";
        switch (spec.type()) {
            case NUMBER:
                try {
                    return Long.valueOf(text);
                } catch (NumberFormatException e) {
                    return wrong(scalar.place(), what + " is a whole number, not " + shown);
                }
            case DECIMAL:
                return decimal(text, scalar, what + " is a number, not " + shown);
            case FLAG:
                return text.equals("true") || text.equals("false")
                        ? Boolean.valueOf(text)
                        : wrong(scalar.place(), what + " is true or false, not " + shown);
            case DURATION:
                return scalars.durationMs(scalar.text(), what);
            default:
                return chosen(text, scalar, spec, what);
        }
    }

    private @Nullable Object decimal(String text, Value.Scalar scalar, String message) {
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) ? (Object) number : wrong(scalar.place(), message);
        } catch (NumberFormatException e) {
            return wrong(scalar.place(), message);
        }
    }

    private @Nullable Object chosen(String text, Value.Scalar scalar, OptionSpec spec, String what) {
        if (spec.choices().isEmpty() || spec.choices().contains(text)) {
            return text;
        }
        problems.add(
                ProblemCode.BAD_OPTION,
                scalar.place(),
                what + " is one of " + String.join(", ", spec.choices()) + ", not '"
                        + scalar.text().value() + "'",
                Suggestions.nearest(text, spec.choices()));
        return null;
    }

    private @Nullable Object texts(Value value, OptionSpec spec, String what) {
        List<Value> items = value instanceof Value.Items list ? list.items() : List.of(value);
        List<Object> texts = new ArrayList<>();
        for (Value item : items) {
            Object text = item instanceof Value.Scalar scalar
                    ? scalars.expander().option(scalar.text(), spec.secret())
                    : wrong(item.place(), what + " is a list of texts");
            if (text == null) {
                return null;
            }
            texts.add(text);
        }
        return List.copyOf(texts);
    }

    private @Nullable Object map(Value value, OptionSpec spec, String what) {
        if (!(value instanceof Value.Fields fields)) {
            return wrong(value.place(), what + " is a map of texts");
        }
        Map<String, Object> texts = new LinkedHashMap<>();
        for (Value.Field field : fields.fields()) {
            Object text = field.value() instanceof Value.Scalar scalar
                    ? scalars.expander().option(scalar.text(), spec.secret())
                    : wrong(field.value().place(), what + " is a map of texts");
            if (text == null) {
                return null;
            }
            texts.put(field.name().value(), text);
        }
        return texts;
    }

    private static String shape(Value value) {
        return value instanceof Value.Items ? "list" : "map";
    }

    private @Nullable Object wrong(Place place, String message) {
        return wrong(ProblemCode.BAD_OPTION, place, message);
    }

    private @Nullable Object wrong(ProblemCode code, Place place, String message) {
        problems.add(code, place, message);
        return null;
    }
}
