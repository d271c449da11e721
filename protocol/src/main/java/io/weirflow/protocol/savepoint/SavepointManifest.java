package io.weirflow.protocol.savepoint;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.id.Incarnation;
import java.util.List;

/**
 * What a savepoint is of.
 *
 * @param name that the savepoint was given
 * @param pipeline name of the pipeline
 * @param instance names the run that it was taken of
 * @param incarnation of that run
 * @param fingerprint of the plan
 * @param baseDir what relative paths in the plan start from
 * @param takenAtMs when it was complete, in milliseconds since the epoch
 * @param plan of the pipeline; secrets are references in it
 * @param slots all slots of the pipeline, by stage and partition
 */
public record SavepointManifest(
        String name,
        String pipeline,
        String instance,
        Incarnation incarnation,
        String fingerprint,
        String baseDir,
        long takenAtMs,
        Pipeline plan,
        List<SlotPart> slots) {

    public SavepointManifest {
        slots = List.copyOf(slots);
    }

    /** Returns this under another name: a savepoint is called as its file is, which may have been renamed since. */
    public SavepointManifest named(String newName) {
        return new SavepointManifest(
                newName, pipeline, instance, incarnation, fingerprint, baseDir, takenAtMs, plan, slots);
    }

    /**
     * What is in it of a slot.
     *
     * @param stage id of the stage
     * @param checkpoint number of the checkpoint that its state is of, 0 for none
     * @param nextPosition where that goes on: of a slot that reads a source, the source's position; of others, the inbox's
     * @param changes records of the changelog
     * @param inboxRecords records of the inbox from {@code nextPosition} on
     * @param reach how many records of its log any life of the slot may have taken by the end of what is in the savepoint, see
     *     {@link io.weirflow.protocol.checkpoint.Progress.Course#reach()}
     */
    public record SlotPart(
            int stage,
            int partition,
            long checkpoint,
            long nextPosition,
            long changes,
            long inboxRecords,
            long reach) {}
}
