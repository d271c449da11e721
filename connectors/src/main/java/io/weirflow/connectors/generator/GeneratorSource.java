package io.weirflow.connectors.generator;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.generator.NexmarkModel.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Makes events. A record is no more than the number of an event; the decoder makes the row of it. */
final class GeneratorSource implements SourceConnector {

    private static final String DEFAULT_START = "2026-01-01T00:00:00Z";
    private static final long DEFAULT_EVENTS_PER_SECOND = 10_000;
    private static final long DEFAULT_ACCOUNTS = 1000;
    private static final long MAX_PARTITIONS = 1024;

    private final LongSupplier nanoClock;

    GeneratorSource(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(
                OptionSpec.required("kind", Type.TEXT, "which events").choices("nexmark", "counter", "transfers"),
                OptionSpec.optional(
                        "rows", Type.NUMBER, "how many rows over all partitions; without it there is no end"),
                OptionSpec.optional(
                        "rate",
                        Type.NUMBER,
                        "at most so many rows a second over all partitions; else as fast as it goes"),
                OptionSpec.withDefault(
                        "seed", Type.NUMBER, 0L, "another seed gives other rows; the same gives the same"),
                OptionSpec.withDefault(
                        "disorder",
                        Type.DURATION,
                        0L,
                        "event times are moved back by up to this much; use it as out_of_orderness too"),
                OptionSpec.withDefault(
                        "partitions", Type.NUMBER, 1L, "partitions; event i is in partition i mod partitions"),
                OptionSpec.withDefault(
                        "start", Type.TEXT, DEFAULT_START, "event time of the first event, ISO-8601 with Z"),
                OptionSpec.withDefault(
                        "events_per_second",
                        Type.NUMBER,
                        DEFAULT_EVENTS_PER_SECOND,
                        "events in a second of event time"),
                OptionSpec.optional("only", Type.TEXT, "nexmark: rows of this kind alone, as flat columns")
                        .choices("person", "auction", "bid"),
                OptionSpec.withDefault("accounts", Type.NUMBER, DEFAULT_ACCOUNTS, "transfers: number of accounts"));
    }

    @Override
    public List<OptionProblem> check(Options options) {
        List<OptionProblem> problems = new ArrayList<>();
        requireRange(problems, options, "rows", 0, 0, Long.MAX_VALUE / (4 * NexmarkModel.EPOCH));
        requireRange(problems, options, "rate", 1, 1, 1_000_000_000);
        requireRange(problems, options, "disorder", 0, 0, 365L * 86_400_000);
        requireRange(problems, options, "partitions", 1, 1, MAX_PARTITIONS);
        requireRange(problems, options, "events_per_second", 1, 1, 1_000_000_000);
        requireRange(problems, options, "accounts", DEFAULT_ACCOUNTS, 2, Integer.MAX_VALUE);
        try {
            Instant.parse(options.optionalText("start").orElse(DEFAULT_START));
        } catch (DateTimeException e) {
            problems.add(new OptionProblem("start", "must be a time such as " + DEFAULT_START));
        }
        if (options.has("only") && !options.optionalText("kind").orElse("").equals("nexmark")) {
            problems.add(new OptionProblem("only", "is for kind: nexmark"));
        }
        return problems;
    }

    private static void requireRange(
            List<OptionProblem> problems, Options options, String name, long fallback, long min, long max) {
        long value = options.number(name, fallback);
        if (value < min || value > max) {
            problems.add(new OptionProblem(name, "must be from " + min + " to " + max));
        }
    }

    @Override
    public boolean bounded(Options options) {
        return options.has("rows");
    }

    private static Events events(Options options) {
        long seed = options.number("seed", 0);
        EventClock clock = new EventClock(
                Instant.parse(options.optionalText("start").orElse(DEFAULT_START))
                        .toEpochMilli(),
                options.number("events_per_second", DEFAULT_EVENTS_PER_SECOND),
                options.number("disorder", 0));
        return switch (options.text("kind")) {
            case "nexmark" ->
                new Nexmark(
                        seed,
                        clock,
                        options.optionalText("only")
                                .map(only -> Kind.valueOf(only.toUpperCase(Locale.ROOT)))
                                .orElse(null));
            case "transfers" -> new Transfers(seed, clock, options.number("accounts", DEFAULT_ACCOUNTS));
            case "counter" -> new Counter(seed, clock);
            default -> throw ConnectorException.fatal("generator: there is no kind '" + options.text("kind") + "'");
        };
    }

    @Override
    public Optional<RowType> columns(Options options) {
        return check(options).isEmpty() && options.optionalText("kind").isPresent()
                ? Optional.of(events(options).rowType())
                : Optional.empty();
    }

    @Override
    public Optional<RowDecoder> decoder(Options options, RowType rowType) {
        return Optional.of(new Decoder(events(options), rowType));
    }

    @Override
    public int partitions(SourceContext context) {
        return (int) context.options().number("partitions", 1);
    }

    @Override
    public PartitionReader open(SourceContext context, int partition) {
        Options options = context.options();
        int partitions = partitions(context);
        long rows = options.number("rows", -1);
        long count = rows < 0 ? -1 : (rows + partitions - 1 - partition) / partitions;
        double rate = options.number("rate", 0) / (double) partitions;
        return new GeneratorReader(partition, partitions, count, rate, nanoClock);
    }

    /** Makes only the columns that the pipeline declared. */
    private static final class Decoder implements RowDecoder {

        private final Events events;
        private final int[] sources;

        Decoder(Events events, RowType wanted) {
            this.events = events;
            this.sources = new int[wanted.size()];
            for (int i = 0; i < sources.length; i++) {
                Column column = wanted.column(i);
                sources[i] = events.rowType().indexOf(column.name());
                if (sources[i] < 0
                        || !events.rowType().column(sources[i]).type().equals(column.type())) {
                    throw ConnectorException.fatal("generator: there is no column '" + column.sql() + "'; there are "
                            + events.rowType().sql());
                }
            }
        }

        @Override
        public boolean decode(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException {
            if (length != GeneratorReader.RECORD_BYTES) {
                throw new DecodeException("not the number of an event");
            }
            long number = GeneratorReader.number(bytes, offset);
            for (int i = 0; i < sources.length; i++) {
                events.write(number, sources[i], row, i);
            }
            return true;
        }
    }
}
