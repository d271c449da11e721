package io.weirflow.protocol.log;

/** Another process has taken over the right to write: stop, do not retry. */
public final class FencedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public FencedException(String message, Throwable cause) {
        super(message, cause);
    }
}
