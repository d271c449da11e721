package io.weirflow.worker.slot;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.log.LogException;
import io.weirflow.state.StateException;

/** A step has thrown what is no error of a row: a bug in a user's operator, mostly. On its way to {@link RowGuard}. */
final class StepFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int step;
    private final String entry;

    private StepFailure(int step, String entry, Throwable cause) {
        super(cause);
        this.step = step;
        this.entry = entry;
    }

    /** Returns what to throw when a step has thrown this; what says itself where it comes from stays as it is. */
    static RuntimeException of(int step, String entry, Throwable thrown) {
        boolean known = thrown instanceof StepFailure || isNoMatterOfRows(thrown);
        return known ? (RuntimeException) thrown : new StepFailure(step, entry, thrown);
    }

    /** Returns whether this comes from around the steps, and would come at any row. */
    static boolean isNoMatterOfRows(Throwable thrown) {
        return thrown instanceof SlotFailure
                || thrown instanceof ConnectorException
                || thrown instanceof LogException
                || thrown instanceof StateException
                || thrown instanceof WireFormatException;
    }

    int step() {
        return step;
    }

    String entry() {
        return entry;
    }
}
