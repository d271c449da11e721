package io.weirflow.coordinator;

import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.plan.StageChange;
import java.util.List;

/** What became of a request. */
public sealed interface Admission {

    /** How a run begins. */
    enum Start {
        /** From nothing. */
        NEW,
        /** Where it was left. */
        RESUMED,
        /** With another version of some of its stages, each slot from a cut in its log on. */
        UPGRADED,
        /** From a savepoint, once it is written back. */
        RESTORED
    }

    /**
     * The pipeline runs.
     *
     * @param instance names the run
     */
    record Accepted(String pipeline, String instance, Incarnation incarnation, Start start) implements Admission {}

    /**
     * It is done, or will be shortly.
     *
     * @param message what, for a person
     */
    record Done(String pipeline, String message) implements Admission {}

    /**
     * What would become of a plan; nothing was changed.
     *
     * @param changes of each stage
     * @param refusal why the plan would be refused; empty when it would not
     */
    record Preview(String pipeline, List<StageChange> changes, String refusal) implements Admission {
        public Preview {
            changes = List.copyOf(changes);
        }
    }

    /** @param message why, and what to do, for a person */
    record Refused(String message) implements Admission {}
}
