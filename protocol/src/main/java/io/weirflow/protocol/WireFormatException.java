package io.weirflow.protocol;

import org.jspecify.annotations.Nullable;

/** Bytes that are not what they should be: damaged, or written by a newer version. The message says which. */
public final class WireFormatException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public WireFormatException(String message) {
        super(message);
    }

    public WireFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
