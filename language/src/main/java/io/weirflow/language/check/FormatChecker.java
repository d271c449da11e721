package io.weirflow.language.check;

import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.definition.FormatUse;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.Value;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks {@code format} and its options, inside and beside it. */
final class FormatChecker {

    /** The format where none is named. */
    static final String DEFAULT = "json";

    /** Of the language, but perhaps not of the catalog. */
    private static final Set<String> SPECIFIED = Set.of("json", "csv", "raw", "avro", "protobuf");

    private static final List<String> STREAM_KEYS = List.of("source", "format", "columns", "event_time", "on_error");
    private static final List<String> SINK_KEYS = List.of("from", "to", "format", "guarantee");

    private final ConnectorCatalog catalog;
    private final Scalars scalars;
    private final OptionChecker options;
    private final Problems problems;

    FormatChecker(ConnectorCatalog catalog, Scalars scalars, OptionChecker options, Problems problems) {
        this.catalog = catalog;
        this.scalars = scalars;
        this.options = options;
        this.problems = problems;
    }

    /** A checked format; {@code format} is null when it is unknown. */
    record Checked(String name, @Nullable Format format, CheckedOptions options) {}

    /** Checks a format whose connector is unknown. */
    void alone(FormatUse use, Place place, String owner) {
        check(use, Options.NONE, new CheckedOptions(Options.NONE, Map.of(), place, false), owner);
    }

    /** Returns the default format's options where none are given. */
    Options defaults() {
        Options values = Options.NONE;
        for (OptionSpec spec : catalog.format(DEFAULT).map(Format::options).orElse(List.of())) {
            if (spec.fallback() != null) {
                values = values.with(spec.name(), spec.fallback());
            }
        }
        return values;
    }

    /** @param inherited options of the format that were written among the connector's */
    Checked check(FormatUse use, Options inherited, CheckedOptions connector, String owner) {
        Place place = use.format() == null ? connector.whole() : use.format().place();
        CheckedOptions none = new CheckedOptions(Options.NONE, Map.of(), place, false);
        Format format = use.format() == null ? catalog.format(DEFAULT).orElse(null) : lookUp(use.format(), owner);
        if (format == null) {
            return use.format() == null
                    ? new Checked(DEFAULT, null, new CheckedOptions(Options.NONE, Map.of(), place, true))
                    : new Checked(use.format().value(), null, none);
        }
        List<String> names = new ArrayList<>();
        format.options().forEach(spec -> names.add(spec.name()));
        boolean sound = true;
        for (String option : inherited.values().keySet()) {
            if (!names.contains(option)) {
                sound = false;
                problems.add(
                        ProblemCode.UNKNOWN_OPTION,
                        connector.place(option),
                        "'" + option + "' of " + owner + " is not an option of the format " + format.name());
            }
        }
        CheckedOptions checked = options.check(
                besideFormat(use, names, owner),
                format.options(),
                inherited.only(names),
                "format '" + format.name() + "' of " + owner,
                place);
        return new Checked(
                format.name(),
                format,
                new CheckedOptions(checked.options(), checked.given(), place, checked.sound() && sound));
    }

    /** What stands beside {@code format} and is no option of it is an unknown key of the entry. */
    private Value.Fields besideFormat(FormatUse use, List<String> names, String owner) {
        List<Value.Field> known = new ArrayList<>();
        for (Value.Field field : use.options().fields()) {
            String name = field.name().value();
            if (names.contains(name)) {
                known.add(field);
                continue;
            }
            List<String> candidates = new ArrayList<>(names);
            candidates.addAll(owner.startsWith("sink") ? SINK_KEYS : STREAM_KEYS);
            problems.add(
                    ProblemCode.UNKNOWN_KEY,
                    field.name().place(),
                    "unknown key '" + name + "' in " + owner,
                    Suggestions.nearest(name, candidates));
        }
        return new Value.Fields(known, use.options().place());
    }

    private @Nullable Format lookUp(Text text, String owner) {
        String name = scalars.text(text);
        if (name == null) {
            return null;
        }
        Optional<Format> found = catalog.format(name);
        if (found.isEmpty()) {
            String what = "format '" + name + "' of " + owner;
            if (SPECIFIED.contains(name)) {
                String message = what + " is specified but not built yet in this version";
                problems.add(ProblemCode.NOT_BUILT, text.place(), message);
            } else {
                String suggestion = Suggestions.nearest(name, catalog.formatNames());
                problems.add(ProblemCode.UNKNOWN_FORMAT, text.place(), "unknown " + what, suggestion);
            }
        }
        return found.orElse(null);
    }
}
