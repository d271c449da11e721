package io.weirflow.worker.slot;

/** An invariant of the log protocol does not hold. An error, so that nothing takes it for a failure of the slot. */
final class Violation extends Error {

    private static final long serialVersionUID = 1;

    private final String invariant;

    Violation(String invariant, String detail) {
        super(invariant + ": " + detail);
        this.invariant = invariant;
    }

    /** Returns the name of the invariant in the protocol's list. */
    String invariant() {
        return invariant;
    }
}
