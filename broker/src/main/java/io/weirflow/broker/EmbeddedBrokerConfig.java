package io.weirflow.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to run an {@link EmbeddedBroker}.
 *
 * @param dataDir the folder that holds the broker's data and outlives it, or null for a temporary folder that
 *     {@link EmbeddedBroker#close()} removes. A folder may be used by one broker at a time
 * @param port the loopback port of the Kafka listener, 0 to 65535; 0 takes a free one. Runs over the same folder may
 *     use different ports
 * @param limits the sizes the broker enforces
 * @param listeners further ones, each with what its clients are told
 */
public record EmbeddedBrokerConfig(
        @Nullable Path dataDir, int port, BrokerLimits limits, List<BrokerListener> listeners) {

    public EmbeddedBrokerConfig {
        Objects.requireNonNull(limits, "limits");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("The broker's port must be between 0 and 65535, it is " + port + ".");
        }
        listeners = List.copyOf(listeners);
    }

    /** Without further listeners. */
    public EmbeddedBrokerConfig(@Nullable Path dataDir, int port, BrokerLimits limits) {
        this(dataDir, port, limits, List.of());
    }

    /** A broker over {@code dataDir}, on a free port, with the default limits. */
    public static EmbeddedBrokerConfig of(Path dataDir) {
        return new EmbeddedBrokerConfig(Objects.requireNonNull(dataDir, "dataDir"), 0, BrokerLimits.DEFAULT);
    }

    /** A broker over a temporary folder, on a free port, with the default limits. */
    public static EmbeddedBrokerConfig temporary() {
        return new EmbeddedBrokerConfig(null, 0, BrokerLimits.DEFAULT);
    }

    /** The same with another port. */
    public EmbeddedBrokerConfig withPort(int newPort) {
        return new EmbeddedBrokerConfig(dataDir, newPort, limits, listeners);
    }

    /** The same with other limits. */
    public EmbeddedBrokerConfig withLimits(BrokerLimits newLimits) {
        return new EmbeddedBrokerConfig(dataDir, port, newLimits, listeners);
    }

    /** The same with other further listeners. */
    public EmbeddedBrokerConfig withListeners(List<BrokerListener> newListeners) {
        return new EmbeddedBrokerConfig(dataDir, port, limits, newListeners);
    }
}
