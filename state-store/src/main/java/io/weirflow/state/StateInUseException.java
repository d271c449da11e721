package io.weirflow.state;

/** Another process, or another slot of this one, has the directory open. */
public final class StateInUseException extends StateException {

    private static final long serialVersionUID = 1;

    StateInUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
