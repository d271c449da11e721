package io.weirflow.protocol.control;

/**
 * Where a run of a pipeline stands. Names are written into the control log: append-only. Workers hold slots only in phases that are
 * {@link #active}; in any other they take a last checkpoint if they can, let go and report {@code Released}. A pipeline that goes on after a
 * stop has all its slots assigned anew, so the phase alone never starts a slot.
 */
public enum Phase {
    /** Slots are assigned and process rows. */
    RUNNING,
    /** Every slot has finished; the workers that hold slots with sinks complete those sinks. */
    COMPLETING,
    /** A bounded pipeline has made all its results. */
    FINISHED,
    /** Stopped by a person: all slots have let go, as {@link #STOPPING} says, unless there was no time for that. May be resumed. */
    STOPPED,
    /** Stopped by a fault that retrying does not help; may be resumed once the reason is gone. */
    FAILED,
    /** A savepoint is being written into its inboxes and changelogs; it will run then. */
    RESTORING,
    /**
     * To be stopped in order. Each slot works until it has made again all that a former life of it may have made, takes a last checkpoint, lets go and reports
     * {@code Stopped}; one whose worker dies before is opened elsewhere. STOPPED follows when all have said so.
     */
    STOPPING;

    /** Returns whether workers hold slots of a pipeline in this phase. */
    public boolean active() {
        return this == RUNNING || this == COMPLETING || this == STOPPING;
    }
}
