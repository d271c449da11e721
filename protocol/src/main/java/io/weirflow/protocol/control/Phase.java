package io.weirflow.protocol.control;

/**
 * Where a run of a pipeline stands. Names are written into the control log: append-only. Workers hold slots only in phases that are
 * {@link #active}; in any other they take a last checkpoint if they can, let go and report {@code Released}. A pipeline that becomes active
 * again has all its slots assigned anew, so the phase alone never starts a slot.
 */
public enum Phase {
    /** Slots are assigned and process rows. */
    RUNNING,
    /** Every slot has finished; the workers that hold slots with sinks complete those sinks. */
    COMPLETING,
    /** A bounded pipeline has made all its results. */
    FINISHED,
    /** Stopped by a person; may be resumed. */
    STOPPED,
    /** Stopped by a fault that retrying does not help; may be resumed once the reason is gone. */
    FAILED,
    /** A savepoint is being written into its inboxes and changelogs; it will run then. */
    RESTORING;

    /** Returns whether workers hold slots of a pipeline in this phase. */
    public boolean active() {
        return this == RUNNING || this == COMPLETING;
    }
}
