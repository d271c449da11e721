package io.weirflow.protocol.plan;

/**
 * What a new plan means for one stage.
 *
 * @param stage name of the stage
 * @param uid what its topics and state are named after
 * @param kind what happens to it
 * @param reason for a person; empty where the kind speaks for itself
 */
public record StageChange(String stage, String uid, Kind kind, String reason) {

    /** What happens to a stage. Names are part of the answers of REST: append-only. */
    public enum Kind {
        /** Nothing changes. */
        KEPT,
        /** Its slots start again with the new steps; state, topics and numbers stay. */
        RESTARTED,
        /** Its state is kept, under other keys. */
        MIGRATED,
        /** Its state means something else now, and has to be made anew of its input. */
        REBUILT,
        /** It was not there. */
        ADDED,
        /** It is not there any more, and neither is its state. */
        REMOVED,
        /** Impossible. */
        REFUSED
    }
}
