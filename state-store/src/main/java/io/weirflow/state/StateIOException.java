package io.weirflow.state;

/**
 * The disk refuses to read or write: it is full, or the directory is not accessible. The message says what to do. The slot must be
 * discarded; its state is safe in the changelog.
 */
public final class StateIOException extends StateException {

    private static final long serialVersionUID = 1;

    StateIOException(String message, Throwable cause) {
        super(message, cause);
    }
}
