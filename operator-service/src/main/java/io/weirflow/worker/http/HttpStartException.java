package io.weirflow.worker.http;

import org.jspecify.annotations.Nullable;

/** The address cannot be listened on; the message says why and what to do. */
public final class HttpStartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    HttpStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
