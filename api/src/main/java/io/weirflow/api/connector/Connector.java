package io.weirflow.api.connector;

import java.util.Optional;

/**
 * A kind of source, sink and service, found by {@link java.util.ServiceLoader}. Implementations are stateless and safe for use by several
 * threads.
 */
public interface Connector {

    /** Returns the name by which pipelines call it, such as {@code file}. */
    String name();

    /** Says where the classes of plug-ins are, such as drivers of databases. Called once, before anything is opened. */
    default void plugins(ClassLoader loader) {}

    /** Returns the source side, if it has one. */
    default Optional<SourceConnector> source() {
        return Optional.empty();
    }

    /** Returns the sink side, if it has one. */
    default Optional<SinkConnector> sink() {
        return Optional.empty();
    }

    /** Returns the side that answers questions about rows, if it has one. */
    default Optional<CallConnector> call() {
        return Optional.empty();
    }
}
