package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.concurrent.CompletableFuture;

/**
 * What may be asked of a coordinator. Any thread; answers come on the coordinator's, which must not be kept. A coordinator that does not lead
 * refuses.
 */
public interface ControlRequests {

    /**
     * Asks to run a plan, or to go on with it where it was left.
     *
     * @param baseDir what relative paths in the plan are relative to
     * @return accepted once the decision is durable and workers can act on it, or refused with the reason
     */
    CompletableFuture<Admission> submit(Pipeline plan, String baseDir);

    /** Asks what {@link #submit} would do, stage by stage; changes nothing. */
    CompletableFuture<Admission> preview(Pipeline plan);

    /**
     * Asks to stop a pipeline, whose workers then take a last checkpoint; it is resumed by submitting it again. Accepted at once; it has stopped when its phase says so.
     *
     * @param now whether it has stopped without waiting for them, also where a worker has died and what it sent since its last checkpoint is not known yet
     */
    CompletableFuture<Admission> stop(String pipeline, boolean now);

    /** Asks to delete a pipeline that does not run, with its state. */
    CompletableFuture<Admission> delete(String pipeline);

    /**
     * Asks to spread the slots of a stage over so many workers.
     *
     * @param stage its name or uid
     * @param workers 1 to the stage's slots, or 0 for as many as there are
     */
    CompletableFuture<Admission> scale(String pipeline, String stage, int workers);

    /**
     * Asks to pass over a row at which a slot fails whenever it comes there.
     *
     * @param stage its name or uid
     * @param slot its number in the stage
     * @param place of the row in the slot's log, as the failure names it
     */
    CompletableFuture<Admission> park(String pipeline, String stage, int slot, String place);

    /**
     * Asks to take a savepoint of a pipeline, which goes on meanwhile.
     *
     * @param name of the savepoint
     * @return done once it has begun, see {@link #savepoints}
     */
    CompletableFuture<Admission> savepoint(String pipeline, String name);

    /**
     * Asks to run a pipeline from a savepoint that was {@link SavepointJobs#read read} and found whole.
     *
     * @param baseDir what relative paths in its plan are relative to
     * @return accepted once the decision is durable; the pipeline runs when the savepoint is written back
     */
    CompletableFuture<Admission> restore(SavepointManifest savepoint, String baseDir);

    /** Returns the savepoints that this coordinator knows of. */
    SavepointJobs savepoints();

    /** Returns where the effects are found of which nobody knows whether they have happened. */
    UnknownEffects unknownEffects();
}
