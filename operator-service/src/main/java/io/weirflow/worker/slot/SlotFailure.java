package io.weirflow.worker.slot;

import org.jspecify.annotations.Nullable;

/** A slot cannot go on. The message is for humans: what happened, where, and what to do. */
public final class SlotFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean retriable;

    /** @param retriable whether opening the slot anew from its last checkpoint may help */
    public SlotFailure(String message, boolean retriable, @Nullable Throwable cause) {
        super(message, cause);
        this.retriable = retriable;
    }

    public boolean retriable() {
        return retriable;
    }
}
