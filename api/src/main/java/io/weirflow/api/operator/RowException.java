package io.weirflow.api.operator;

/** A row cannot be processed; the message is the reason that the errors stream shows. Carries no stack trace. */
public final class RowException extends Exception {

    private static final long serialVersionUID = 1;

    public RowException(String message) {
        super(message, null, false, false);
    }
}
