package io.weirflow.worker.slot;

import io.weirflow.api.row.Row;

/** One step of a slot's chain at work: takes the rows of the steps before it. Used by the slot's thread. */
interface Node {

    /**
     * Takes a row.
     *
     * @param row valid only during the call
     */
    void accept(Row row, long eventTimeMs);

    /**
     * Event time has advanced, and every step before this one has emitted what was due. Returns false when it has to be called again because
     * there is no room for results.
     */
    default boolean advance(long watermarkMs) {
        return true;
    }

    /** Returns whether it wants to see rows beforehand, see {@link io.weirflow.worker.operators.LooksAhead}. */
    default boolean looksAhead() {
        return false;
    }

    /**
     * Shows a row that is likely to come. Throws nothing for it.
     *
     * @param row valid only during the call
     */
    default void expect(Row row, long eventTimeMs) {}

    /** Reads what the rows that were shown will need; returns for how many keys. */
    default int prefetch() {
        return 0;
    }

    /** Returns whether rows may wait in it, to go on later. */
    default boolean mayHold() {
        return false;
    }

    /** Returns the watermark that steps behind it may hear of at most, see {@link io.weirflow.worker.call.HoldsBack}. */
    default long heldMs() {
        return Long.MAX_VALUE;
    }

    /** A checkpoint is about to be taken. */
    default void beforeCheckpoint() {}

    /** Returns whether it can take more rows. */
    default boolean hasRoom() {
        return true;
    }

    /** Releases what it holds; called once, also after a failure. */
    default void close() {}
}
