package io.weirflow.coordinator;

import io.weirflow.protocol.id.Incarnation;

/** What became of a request. */
public sealed interface Admission {

    /** How a run begins. */
    enum Start {
        /** From nothing. */
        NEW,
        /** Where it was left. */
        RESUMED
    }

    /**
     * The pipeline runs.
     *
     * @param instance names the run
     */
    record Accepted(String pipeline, String instance, Incarnation incarnation, Start start) implements Admission {}

    /** @param message why, and what to do, for a person */
    record Refused(String message) implements Admission {}
}
