package io.weirflow.api.connector;

import org.jspecify.annotations.Nullable;

/**
 * A connector cannot go on. The message says what happened and what to do, without secrets. The engine retries when
 * {@link #retriable()}, else the pipeline stops with the message.
 */
public final class ConnectorException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean retriable;
    private final boolean superseded;

    public ConnectorException(String message, boolean retriable, @Nullable Throwable cause) {
        this(message, retriable, false, cause);
    }

    private ConnectorException(String message, boolean retriable, boolean superseded, @Nullable Throwable cause) {
        super(message, cause);
        this.retriable = retriable;
        this.superseded = superseded;
    }

    /** Returns an exception for what will not mend by itself. */
    public static ConnectorException fatal(String message) {
        return new ConnectorException(message, false, null);
    }

    /**
     * Returns an exception for a writer that finds that another one writes in its place. The slot ends, and is opened again where it belongs: there a
     * lease is asked for first, so two of them do not supersede each other for ever.
     */
    public static ConnectorException superseded(String message) {
        return new ConnectorException(message, true, true, null);
    }

    /** Returns whether another writer has taken over. */
    public boolean isSuperseded() {
        return superseded;
    }

    /** Returns whether trying again later may help. */
    public boolean retriable() {
        return retriable;
    }
}
