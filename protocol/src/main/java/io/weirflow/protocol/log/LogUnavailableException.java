package io.weirflow.protocol.log;

/** The log cannot be reached, or did not answer in time: wait, say so, try again. */
public final class LogUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public LogUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
