package io.weirflow.coordinator;

/** Something that cannot work as it is set up; the message says what, and what to do. Trying again does not help. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
        super(message);
    }
}
