package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.List;

/**
 * Savepoints are taken and restored beside the coordinator's thread, which asks for that, never waits, and hears of the end. All methods but
 * {@link #list} and {@link #read} are called on the coordinator's thread.
 */
public interface SavepointJobs extends AutoCloseable {

    /** What has ended. */
    sealed interface Ended {

        /** @param problem why it was not taken; empty when it was */
        record Taken(String pipeline, String name, String problem) implements Ended {}

        /**
         * @param instance the run that it was restored into
         * @param problem why it was not restored; empty when it was
         * @param again whether trying again may help
         */
        record Restored(String instance, String problem, boolean again) implements Ended {}
    }

    /**
     * A savepoint that there is, or may be soon.
     *
     * @param state such as {@code TAKEN}
     * @param problem why it is of no use; empty when it is
     */
    record Listed(
            String pipeline,
            String name,
            State state,
            long takenAtMs,
            long sizeBytes,
            String fingerprint,
            String problem) {

        /** How a savepoint is. */
        public enum State {
            /** Under way. */
            BEING_TAKEN,
            TAKEN,
            /** Not taken, or not readable. */
            FAILED
        }
    }

    /**
     * Begins to take a savepoint.
     *
     * @throws RefusedException when one of this name is there, or one of this pipeline is under way
     */
    void take(PipelineAdmitted run, String name);

    /** Begins to write a savepoint into a run; nothing when that is under way. */
    void restore(PipelineAdmitted run, String savepoint);

    /** Returns what has ended since the last call. */
    List<Ended> ended();

    /** Returns all that there are. Any thread; reads files. */
    List<Listed> list();

    /**
     * Returns what a savepoint is of, once all of it was read and found to be as it was written. Any thread; reads files.
     *
     * @throws RefusedException when it is not there, damaged, or of a newer version
     */
    SavepointManifest read(String pipeline, String name);

    @Override
    void close();
}
