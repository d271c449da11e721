package io.weirflow.coordinator.savepoint;

import org.jspecify.annotations.Nullable;

/** A savepoint cannot be taken, read or restored; the message says why, and what to do. */
public final class SavepointFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public SavepointFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
