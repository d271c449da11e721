package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;

/** What must be done before a decision may be appended. Doing it again is harmless. */
sealed interface Effect {

    /**
     * Makes sure that the topics of a pipeline are there, as its plan needs them.
     *
     * @param mayCreate false for a pipeline that has data already: a topic that is gone took data with it
     */
    record EnsureTopics(Pipeline plan, boolean mayCreate) implements Effect {}

    /** Deletes the inboxes and changelogs of a pipeline, as far as they are there. */
    record DeleteTopics(Pipeline plan) implements Effect {}

    /** Begins to take a savepoint of a run; does not wait. */
    record TakeSavepoint(PipelineAdmitted run, String name) implements Effect {}

    /** Fences the lease of a worker that is dead, or as good as dead, on a pipeline (rule R7). */
    record FenceLease(String pipeline, String workerName) implements Effect {}
}
