package io.weirflow.state;

/** State cannot be read or written. What to do depends on the class. */
public abstract sealed class StateException extends RuntimeException
        permits StateCorruptException, StateIOException, StateInUseException {

    private static final long serialVersionUID = 1;

    StateException(String message, Throwable cause) {
        super(message, cause);
    }

    StateException(String message) {
        super(message);
    }
}
