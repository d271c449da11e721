package io.weirflow.worker.slot;

/** Knows how far the slots of a run have processed their inboxes, as far as this worker has heard. Safe for use by several threads. */
@FunctionalInterface
public interface ReceiverPositions {

    /** Returns the offset of the next record that the slot takes, or a smaller one; 0 when nothing was heard of it. */
    long next(int stage, int partition);
}
