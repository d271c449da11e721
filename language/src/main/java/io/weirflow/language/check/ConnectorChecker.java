package io.weirflow.language.check;

import io.weirflow.api.connector.CallConnector;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.definition.ConnectorUse;
import io.weirflow.api.definition.FormatUse;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.SinkDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks the use of connectors and formats against what they declare. */
final class ConnectorChecker {

    /** Of the language, but perhaps not of the catalog. */
    private static final Set<String> SPECIFIED_CONNECTORS =
            Set.of("file", "kafka", "generator", "http", "console", "webhook", "jdbc");

    /** The same of connectors that have another side. */
    private static final Set<String> SPECIFIED_SOURCES = Set.of("http");

    private static final List<String> GUARANTEES = List.of("exactly_once", "at_least_once", "at_most_once");

    private final ConnectorCatalog catalog;
    private final OptionChecker options;
    private final Scalars scalars;
    private final Problems problems;
    private final FormatChecker formats;

    ConnectorChecker(ConnectorCatalog catalog, Scalars scalars, Problems problems) {
        this.catalog = catalog;
        this.scalars = scalars;
        this.problems = problems;
        this.options = new OptionChecker(scalars, problems);
        this.formats = new FormatChecker(catalog, scalars, options, problems);
    }

    FormatChecker formats() {
        return formats;
    }

    /** A checked source. */
    record Source(
            String name,
            SourceConnector connector,
            CheckedOptions options,
            FormatChecker.Checked format,
            boolean formatGiven,
            boolean bounded) {

        boolean sound() {
            return options.sound() && format.options().sound();
        }

        /** Returns the columns where connector or format know them. */
        Optional<RowType> knownColumns() {
            if (!sound()) {
                return Optional.empty();
            }
            Format reader = format.format();
            return connector
                    .columns(options.options())
                    .or(() -> reader == null
                            ? Optional.empty()
                            : reader.columns(format.options().options()));
        }
    }

    @Nullable
    Source source(ConnectorUse use, FormatUse formatUse, String owner) {
        Connector connector = connector(use, owner);
        if (connector == null) {
            return null;
        }
        String name = connector.name();
        Optional<SourceConnector> side = connector.source();
        if (side.isEmpty()) {
            if (SPECIFIED_SOURCES.contains(name)) {
                notBuilt(use, "source '" + name + "' of " + owner);
            } else {
                wrongSide(use, name + " cannot be read, and " + owner + " needs a source");
            }
            return null;
        }
        SourceConnector source = side.get();
        CheckedOptions checked =
                options.check(use.options(), source.options(), "source '" + name + "' of " + owner, use.place());
        Options forFormat = checked.sound() ? source.formatOptions(checked.options()) : Options.NONE;
        FormatChecker.Checked format = formats.check(formatUse, forFormat, checked, owner);
        boolean bounded = false;
        if (checked.sound()) {
            report(source.check(checked.options()), checked, name + " of " + owner);
            bounded = source.bounded(checked.options());
        }
        return new Source(name, source, checked, format, formatUse.format() != null, bounded);
    }

    /** Checks what can only be checked when the columns are known. */
    void checkDecoding(Source source, RowType type, Place place) {
        if (!source.sound()) {
            return;
        }
        if (source.connector().decoder(source.options().options(), type).isPresent()) {
            if (source.formatGiven()) {
                String message = source.name() + " makes its rows itself and takes no format";
                problems.add(ProblemCode.FORMAT_UNFIT, source.format().options().whole(), message);
            }
            return;
        }
        Format format = source.format().format();
        if (format != null) {
            CheckedOptions formatOptions = source.format().options();
            report(format.checkDecoding(formatOptions.options(), type), formatOptions, "format " + format.name());
        }
    }

    /** @param rows null when the columns are not known */
    StepSpec.@Nullable Sink sink(SinkDefinition sink, @Nullable RowType rows, String owner) {
        ConnectorUse use = sink.to();
        if (use == null) {
            problems.add(ProblemCode.MISSING_KEY, sink.name().place(), owner + " needs 'to'");
        }
        Connector connector = use == null ? null : connector(use, owner);
        if (use == null || connector == null) {
            formats.alone(sink.format(), sink.name().place(), owner);
            guarantee(sink.guarantee(), Guarantee.EXACTLY_ONCE, Set.of(Guarantee.values()), "", owner);
            return null;
        }
        String name = connector.name();
        Optional<SinkConnector> side = connector.sink();
        if (side.isEmpty()) {
            wrongSide(use, name + " cannot be written to, and " + owner + " needs a sink");
            return null;
        }
        SinkConnector to = side.get();
        CheckedOptions checked =
                options.check(use.options(), to.options(), "sink '" + name + "' of " + owner, use.place());
        if (checked.sound() && rows != null) {
            report(to.check(checked.options(), rows), checked, name + " of " + owner);
        }
        Options forFormat = checked.sound() ? to.formatOptions(checked.options()) : Options.NONE;
        FormatChecker.Checked format = formats.check(sink.format(), forFormat, checked, owner);
        checkEncoding(sink.format(), to, format, rows, name);
        Guarantee guarantee = guarantee(sink.guarantee(), to.best(), to.guarantees(), name, owner);
        return new StepSpec.Sink(
                sink.name().value(),
                name,
                checked.options(),
                format.name(),
                format.options().options(),
                guarantee);
    }

    private void checkEncoding(
            FormatUse use, SinkConnector to, FormatChecker.Checked format, @Nullable RowType rows, String name) {
        if (!to.takesFormat()) {
            if (use.format() != null) {
                problems.add(ProblemCode.FORMAT_UNFIT, use.format().place(), name + " takes no format");
            }
            return;
        }
        Format writer = format.format();
        if (writer != null && rows != null && format.options().sound()) {
            if (writer.encoder(format.options().options(), rows).isEmpty()) {
                Place place = use.format() == null
                        ? format.options().whole()
                        : use.format().place();
                problems.add(
                        ProblemCode.FORMAT_UNFIT, place, "format " + writer.name() + " can be read but not written");
            }
        }
    }

    /**
     * Checks a connector that is asked about rows.
     *
     * @param rows null when the columns are not known
     * @return its name and its options; null when something is wrong
     */
    @Nullable
    Service service(ConnectorUse use, @Nullable RowType rows, String owner) {
        Connector connector = connector(use, owner);
        if (connector == null) {
            return null;
        }
        String name = connector.name();
        Optional<CallConnector> side = connector.call();
        if (side.isEmpty()) {
            wrongSide(use, name + " cannot be called, and " + owner + " needs a service");
            return null;
        }
        CheckedOptions checked =
                options.check(use.options(), side.get().options(), "'" + name + "' of " + owner, use.place());
        if (!checked.sound()) {
            return null;
        }
        List<OptionProblem> refused = rows == null ? List.of() : side.get().check(checked.options(), rows);
        report(refused, checked, name + " of " + owner);
        return refused.isEmpty() ? new Service(name, checked.options()) : null;
    }

    /** A checked service. */
    record Service(String name, Options options) {}

    /** Returns the template of sinks that keep what nothing uses: topics of the engine's own cluster. */
    StepSpec.Sink unused() {
        Options values = Options.NONE;
        Optional<SinkConnector> kafka = catalog.connector("kafka").flatMap(Connector::sink);
        if (kafka.isPresent()) {
            for (OptionSpec spec : kafka.get().options()) {
                if (spec.fallback() != null) {
                    values = values.with(spec.name(), spec.fallback());
                }
            }
        }
        return new StepSpec.Sink(
                "", "kafka", values, FormatChecker.DEFAULT, formats.defaults(), Guarantee.EXACTLY_ONCE);
    }

    private Guarantee guarantee(
            @Nullable Text wanted, Guarantee best, Set<Guarantee> possible, String connector, String owner) {
        if (wanted == null) {
            return best;
        }
        String choice = scalars.choice(wanted, "'guarantee' of " + owner, GUARANTEES);
        if (choice == null) {
            return best;
        }
        Guarantee asked = of(choice);
        if (!possible.contains(asked)) {
            problems.add(
                    ProblemCode.GUARANTEE_TOO_STRONG,
                    wanted.place(),
                    "'guarantee' of " + owner + " is " + choice + ", and " + connector + " has "
                            + shown(possible, best));
            return best;
        }
        return asked;
    }

    private static String shown(Set<Guarantee> possible, Guarantee best) {
        return GUARANTEES.stream()
                .filter(name -> possible.contains(of(name)))
                .map(name -> of(name) == best && possible.size() > 1 ? name + " (the default)" : name)
                .collect(Collectors.joining(" and "));
    }

    private static Guarantee of(String name) {
        return Guarantee.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private @Nullable Connector connector(ConnectorUse use, String owner) {
        String name = scalars.text(use.connector());
        if (name == null) {
            return null;
        }
        Optional<Connector> found = catalog.connector(name);
        if (found.isEmpty()) {
            String what = "connector '" + name + "' of " + owner;
            if (SPECIFIED_CONNECTORS.contains(name)) {
                notBuilt(use, what);
            } else {
                problems.add(
                        ProblemCode.UNKNOWN_CONNECTOR,
                        use.connector().place(),
                        "unknown " + what,
                        Suggestions.nearest(name, catalog.connectorNames()));
            }
        }
        return found.orElse(null);
    }

    private void report(List<OptionProblem> found, CheckedOptions checked, String owner) {
        for (OptionProblem problem : found) {
            problems.add(
                    ProblemCode.REFUSED_OPTION,
                    checked.place(problem.option()),
                    "'" + problem.option() + "' of " + owner + ": " + problem.message());
        }
    }

    private void notBuilt(ConnectorUse use, String what) {
        problems.add(
                ProblemCode.NOT_BUILT,
                use.connector().place(),
                what + " is specified but not built yet in this version");
    }

    private void wrongSide(ConnectorUse use, String message) {
        problems.add(ProblemCode.WRONG_SIDE, use.connector().place(), message);
    }
}
