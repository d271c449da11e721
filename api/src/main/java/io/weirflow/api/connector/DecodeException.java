package io.weirflow.api.connector;

/** A record is malformed; the message is the reason that its errors stream shows. Carries no stack trace. */
public final class DecodeException extends Exception {

    private static final long serialVersionUID = 1;

    public DecodeException(String message) {
        super(message, null, false, false);
    }
}
