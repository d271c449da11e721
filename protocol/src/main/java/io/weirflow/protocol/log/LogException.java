package io.weirflow.protocol.log;

import org.jspecify.annotations.Nullable;

/** The log cannot do what was asked. What the caller does next depends on the {@link #kind()}. */
public final class LogException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What the caller does. */
    public enum Kind {
        /** Nothing was written, or it is not known whether: open anew and read what is durable (fact K10). */
        RETRY,
        /** Somebody else has taken over: stop, and do nothing more under this name. */
        FENCED,
        /** It will fail again: show the message to a human. */
        FATAL
    }

    private final Kind kind;

    public LogException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
