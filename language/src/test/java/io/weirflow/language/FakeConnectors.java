package io.weirflow.language;

import io.weirflow.api.connector.CallConnector;
import io.weirflow.api.connector.CallContext;
import io.weirflow.api.connector.Caller;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.language.port.ConnectorCatalog;
import java.util.List;
import java.util.Optional;

/** Connectors that only declare; nothing is opened in these tests. */
final class FakeConnectors {

    static final ConnectorCatalog CATALOG = ConnectorCatalog.of(
            List.of(
                    new Fake(
                            "file",
                            new Source(fileOptions(), true, false, RowType.EMPTY),
                            new Sink(
                                    List.of(OptionSpec.required("path", Type.TEXT, "the file")),
                                    Guarantee.EXACTLY_ONCE,
                                    true)),
                    new Fake(
                            "kafka",
                            new Source(
                                    List.of(OptionSpec.required("topic", Type.TEXT, "the topic")),
                                    false,
                                    true,
                                    RowType.EMPTY),
                            new Sink(
                                    List.of(
                                            OptionSpec.required("topic", Type.TEXT, "the topic"),
                                            OptionSpec.optional("key", Type.TEXTS, "the key's columns"),
                                            OptionSpec.withDefault("partitions", Type.NUMBER, 4L, "of a new topic")),
                                    Guarantee.EXACTLY_ONCE,
                                    true)),
                    new Fake(
                            "generator",
                            new Source(
                                    List.of(OptionSpec.required("kind", Type.TEXT, "what")
                                            .choices("nexmark", "counter")),
                                    true,
                                    false,
                                    RowType.of(
                                            Column.required("id", Scalar.BIGINT), Column.of("at", Scalar.TIMESTAMP))),
                            null),
                    new Fake("console", null, new Sink(List.of(), Guarantee.AT_LEAST_ONCE, false)),
                    new Fake(
                            "webhook",
                            null,
                            new Sink(
                                    List.of(
                                            OptionSpec.required("url", Type.TEXT, "where to")
                                                    .asSecret(),
                                            OptionSpec.optional("headers", Type.MAP, "of the request"),
                                            OptionSpec.withDefault("timeout", Type.DURATION, 10_000L, "of a request"),
                                            OptionSpec.withDefault("body", Type.TEXT, "json", "its form")
                                                    .choices("json", "alertmanager")),
                                    Guarantee.AT_LEAST_ONCE,
                                    false)),
                    new Service("http")),
            List.of(
                    new FakeFormat("json", List.of(), true),
                    new FakeFormat(
                            "csv",
                            List.of(
                                    OptionSpec.withDefault("header", Type.FLAG, false, "first line names columns"),
                                    OptionSpec.withDefault("delimiter", Type.TEXT, ",", "between values")),
                            true),
                    new FakeFormat("raw", List.of(OptionSpec.optional("regex", Type.TEXT, "named groups")), false)));

    private FakeConnectors() {}

    private static List<OptionSpec> fileOptions() {
        return List.of(
                OptionSpec.required("path", Type.TEXT, "the files, with * for any name"),
                OptionSpec.withDefault("follow", Type.FLAG, false, "wait for more"),
                OptionSpec.optional("delimiter", Type.TEXT, "of csv"));
    }

    private record Fake(String name, SourceConnector from, SinkConnector to) implements Connector {
        @Override
        public Optional<SourceConnector> source() {
            return Optional.ofNullable(from);
        }

        @Override
        public Optional<SinkConnector> sink() {
            return Optional.ofNullable(to);
        }
    }

    private record Service(String name) implements Connector, CallConnector {
        @Override
        public Optional<CallConnector> call() {
            return Optional.of(this);
        }

        @Override
        public List<OptionSpec> options() {
            return List.of(
                    OptionSpec.required("url", Type.TEXT, "whom to ask").asSecret(),
                    OptionSpec.optional("headers", Type.MAP, "of the request").asSecret());
        }

        @Override
        public List<OptionProblem> check(Options values, RowType rowType) {
            return rowType.indexOf("host") < 0 ? List.of(new OptionProblem("url", "needs a host")) : List.of();
        }

        @Override
        public Caller open(CallContext context) {
            throw new UnsupportedOperationException();
        }
    }

    private record Source(List<OptionSpec> options, boolean ends, boolean hasIngestionTime, RowType known)
            implements SourceConnector {
        @Override
        public boolean bounded(Options values) {
            return ends && !values.flag("follow", false);
        }

        @Override
        public Options formatOptions(Options values) {
            return values.only(List.of("delimiter"));
        }

        @Override
        public Optional<RowType> columns(Options values) {
            return known.size() == 0 ? Optional.empty() : Optional.of(known);
        }

        @Override
        public List<OptionProblem> check(Options values) {
            return values.optionalText("path").orElse("").startsWith("..")
                    ? List.of(new OptionProblem("path", "leaves the directory"))
                    : List.of();
        }

        @Override
        public int partitions(SourceContext context) {
            return 1;
        }

        @Override
        public PartitionReader open(SourceContext context, int partition) {
            throw new UnsupportedOperationException();
        }
    }

    private record Sink(List<OptionSpec> options, Guarantee best, boolean takesFormat) implements SinkConnector {
        @Override
        public SinkWriter open(SinkContext context, int partition) {
            throw new UnsupportedOperationException();
        }
    }

    private record FakeFormat(String name, List<OptionSpec> options, boolean writes) implements Format {
        @Override
        public Optional<RowType> columns(Options values) {
            return name.equals("raw")
                    ? Optional.of(RowType.of(Column.required("line", Scalar.VARCHAR)))
                    : Optional.empty();
        }

        @Override
        public RowDecoder decoder(Options values, RowType rowType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<RowEncoder> encoder(Options values, RowType rowType) {
            return writes ? Optional.of((row, out) -> {}) : Optional.empty();
        }
    }
}
