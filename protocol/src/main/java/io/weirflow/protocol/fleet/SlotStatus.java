package io.weirflow.protocol.fleet;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.id.SlotId;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says of a slot that it was assigned. With {@link Released}, {@link Stopped} and {@link Failed} it promises that it has stopped the slot
 * and will never again checkpoint it under the epoch of the report, so that another may take over without a fence.
 */
public sealed interface SlotStatus {

    /** No checkpoint, no position. */
    long NONE = -1;

    /** Returns whether the worker has let go of the slot. */
    default boolean letGo() {
        return this instanceof Released || this instanceof Stopped || this instanceof Failed;
    }

    /**
     * The slot processes rows.
     *
     * @param checkpoint number of its last committed checkpoint, or {@link #NONE}
     * @param nextPosition offset of the next record of its log
     * @param watermarkMs its watermark, {@link Long#MIN_VALUE} for none yet
     * @param stageVersion of the stage that it runs, by its last commit
     */
    record Running(long checkpoint, long nextPosition, long watermarkMs, int stageVersion) implements SlotStatus {

        /** A slot of a stage that was never upgraded, or that is not open yet. */
        public Running(long checkpoint, long nextPosition, long watermarkMs) {
            this(checkpoint, nextPosition, watermarkMs, StagePlan.FIRST_VERSION);
        }
    }

    /**
     * The slot has processed its whole log to the end, its outputs are acknowledged, and a checkpoint that says so is committed. The
     * worker still holds it.
     *
     * @param checkpoint number of its last committed checkpoint, or {@link #NONE} when that was of a former life
     * @param nextPosition offset after the last record of its log
     */
    record Finished(long checkpoint, long nextPosition) implements SlotStatus {}

    /**
     * The worker has let go of the slot because it was revoked, or because the pipeline was stopped, after a last checkpoint where possible.
     *
     * @param changelogEnd offset after the last record that this worker has committed to the slot's changelog, or {@link #NONE} when it does not know: whoever
     *     has the slot next and has followed it up to there has all there is
     */
    record Released(long changelogEnd) implements SlotStatus {

        /** Where the changelog ends is not known. */
        public Released() {
            this(NONE);
        }
    }

    /**
     * The pipeline stops in order, and the worker has let go of the slot after a last checkpoint, which knows all that any life of the slot has made
     * visible.
     */
    record Stopped() implements SlotStatus {}

    /**
     * The slot has stopped by a fault.
     *
     * @param reason for a person: what happened and what to do
     * @param retriable whether starting it again may help
     * @param poison the row at which it has failed; null when it was no single row
     */
    record Failed(
            String reason, boolean retriable, @Nullable Poison poison) implements SlotStatus {

        /** A fault that has nothing to do with any row. */
        public Failed(String reason, boolean retriable) {
            this(reason, retriable, null);
        }
    }

    /**
     * The slot has found a gap in the sequence of a sender (rule R4). It goes on and drops what that sender sends until the next expected
     * sequence arrives, which is the sender's to repeat: the coordinator starts the sender again from its last checkpoint. Reported when
     * the gap is found and again every few heartbeats while it is open, and then {@link Running} once more. The gap that a restarted
     * receiver finds while it catches up may have been filled long since further on in its inbox, so it reports at the end of what its
     * inbox held when it started.
     *
     * @param sender the slot that sends
     * @param expectedSequence the next that would have been accepted
     * @param foundSequence what came, larger
     */
    record SenderBroken(SlotId sender, long expectedSequence, long foundSequence) implements SlotStatus {}
}
