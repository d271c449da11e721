package io.weirflow.worker.sim;

/** An invariant of the log protocol does not hold. An error, so that nothing takes it for a failure of the slot. */
public final class Violation extends Error {

    private static final long serialVersionUID = 1;

    private final String invariant;

    public Violation(String invariant, String detail) {
        super(invariant + ": " + detail);
        this.invariant = invariant;
    }

    /** Returns the name of the invariant in the protocol's list. */
    public String invariant() {
        return invariant;
    }
}
