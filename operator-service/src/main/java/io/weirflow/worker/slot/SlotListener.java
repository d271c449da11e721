package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.SenderId;

/** Hears what becomes of a slot. Called on the slot's thread; must not block. */
public interface SlotListener {

    /** A step on the way to an open slot is done; on the thread that opens it. */
    default void opening(OpeningStep done) {}

    /**
     * The slot has been opened and begins to read.
     *
     * @param checkpoint number of the last durable checkpoint, 0 before the first
     * @param stageVersion of the stage that it runs, by its last commit
     */
    default void started(long checkpoint, long nextPosition, long watermarkMs, int stageVersion) {}

    /** A checkpoint is durable; the slot has finished when its progress says so. */
    void checkpointed(Progress progress);

    /** A sender's rows are missing: it must be restarted (rule R4). */
    void senderBroken(SenderId sender, long expectedSequence, long foundSequence);

    /**
     * The slot has stopped as it was asked to, everything committed where that was possible: others may have it. Its local state is still open here.
     *
     * @param caughtUp whether it was asked to catch up before, see {@link Slot#requestReleaseWhenCaughtUp}, and has
     * @param changelogEnd offset after the last record of its changelog, {@link io.weirflow.protocol.fleet.SlotStatus#NONE} when that is not known
     */
    default void letGo(boolean caughtUp, long changelogEnd) {}

    /** The slot has stopped as it was asked to, and nothing of it is open any more. Comes after {@link #letGo}. */
    void released();

    /**
     * The slot has stopped at the cut between two versions of its stage, everything committed: open it again, and it goes on with the next.
     *
     * @param state what was committed last, still open. Whoever hears this opens the slot with it, or closes it
     */
    void upgraded(Replica state);

    /** The slot has failed and is closed. */
    void failed(SlotFailure failure);
}
