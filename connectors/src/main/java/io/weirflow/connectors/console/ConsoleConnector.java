package io.weirflow.connectors.console;

import io.weirflow.api.Edge;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** Prints one line per row, whole, whoever else prints. */
public final class ConsoleConnector implements Connector {

    private final PrintStream stream;

    /** Prints on standard output: that is what this sink is for. */
    @Edge
    public ConsoleConnector() {
        this(System.out);
    }

    /** Prints on a stream, which is locked while a batch of lines is written. */
    public ConsoleConnector(PrintStream stream) {
        this.stream = stream;
    }

    @Override
    public String name() {
        return "console";
    }

    @Override
    public Optional<SinkConnector> sink() {
        return Optional.of(new Sink(stream));
    }

    private record Sink(PrintStream stream) implements SinkConnector {

        @Override
        public List<OptionSpec> options() {
            return List.of();
        }

        @Override
        public Guarantee best() {
            return Guarantee.AT_LEAST_ONCE;
        }

        @Override
        public SinkWriter open(SinkContext context, int partition) {
            return new ConsoleWriter(stream, context.encoder(), partition == 0);
        }
    }
}
