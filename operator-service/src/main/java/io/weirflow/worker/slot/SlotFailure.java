package io.weirflow.worker.slot;

import io.weirflow.protocol.fleet.Poison;
import org.jspecify.annotations.Nullable;

/** A slot cannot go on. The message is for humans: what happened, where, and what to do. */
public final class SlotFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean retriable;
    private final transient @Nullable Poison poison;

    /** @param retriable whether opening the slot anew from its last checkpoint may help */
    public SlotFailure(String message, boolean retriable, @Nullable Throwable cause) {
        this(message, retriable, cause, null);
    }

    /** @param poison the row at which it happened; null when it was no single row */
    SlotFailure(String message, boolean retriable, @Nullable Throwable cause, @Nullable Poison poison) {
        super(message, cause);
        this.retriable = retriable;
        this.poison = poison;
    }

    /** Returns the row at which it happened; null when it was no single row. */
    public @Nullable Poison poison() {
        return poison;
    }

    public boolean retriable() {
        return retriable;
    }
}
