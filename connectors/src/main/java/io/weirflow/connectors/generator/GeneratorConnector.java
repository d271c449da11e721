package io.weirflow.connectors.generator;

import io.weirflow.api.Edge;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.SourceConnector;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A source of made-up events, the same for the same seed. */
public final class GeneratorConnector implements Connector {

    private final LongSupplier nanoClock;

    /** Throttles by the real clock; what is generated does not depend on it. */
    @Edge
    public GeneratorConnector() {
        this(new SystemNanos());
    }

    /** @param nanoClock a monotonic clock in nanoseconds, for {@code rate} */
    public GeneratorConnector(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public String name() {
        return "generator";
    }

    @Override
    public Optional<SourceConnector> source() {
        return Optional.of(new GeneratorSource(nanoClock));
    }

    /** The edge: reads the monotonic clock. */
    private static final class SystemNanos implements LongSupplier {

        @Override
        @Edge
        public long getAsLong() {
            return System.nanoTime();
        }
    }
}
