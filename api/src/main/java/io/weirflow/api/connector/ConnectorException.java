package io.weirflow.api.connector;

import org.jspecify.annotations.Nullable;

/**
 * A connector cannot go on. The message says what happened and what to do, without secrets. The engine retries when
 * {@link #retriable()}, else the pipeline stops with the message.
 */
public final class ConnectorException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean retriable;

    public ConnectorException(String message, boolean retriable, @Nullable Throwable cause) {
        super(message, cause);
        this.retriable = retriable;
    }

    /** Returns an exception for what will not mend by itself. */
    public static ConnectorException fatal(String message) {
        return new ConnectorException(message, false, null);
    }

    /** Returns whether trying again later may help. */
    public boolean retriable() {
        return retriable;
    }
}
