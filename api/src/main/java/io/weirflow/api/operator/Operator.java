package io.weirflow.api.operator;

import io.weirflow.api.row.Row;

/**
 * One step that keeps state or makes any number of rows of a row. One instance serves one slot and is used by one thread.
 *
 * <p>An operator must be a function of its state and its input (rule R2): no clock, no randomness, no identity hash, no iteration over
 * hash sets of objects without a stable hash, no threads. After a failure the engine runs it again from a checkpoint, and the rows it
 * emits must be the same bytes. Everything that must survive lives in the state of its {@link OperatorContext}, never in fields, but for
 * caches that {@link #beforeCheckpoint()} writes back.
 */
public interface Operator {

    /** Called once before anything else, after the state was restored. */
    default void open(OperatorContext context) {}

    /**
     * Takes one row; may emit a bounded number of rows.
     *
     * @param row valid only during the call
     * @param eventTimeMs its event time, or {@link io.weirflow.api.pipeline.EventTime#NONE_MS}
     * @throws RowException when this row cannot be processed: it goes to the errors stream. Must be thrown before state is changed or a
     *     row is emitted
     */
    void process(Row row, long eventTimeMs, Output out) throws RowException;

    /**
     * Takes a timer that was set in {@link OperatorContext#timers()}, in the order of time; state access is under the key that set it.
     *
     * @param timeMs the event time that was set
     */
    default void onTimer(long timeMs, Output out) throws RowException {}

    /**
     * Event time has advanced: no row with a time of {@code watermarkMs} or less is expected any more. Emit what is due; while
     * {@link Output#hasRoom()} is false, return and be called again. Most operators use timers instead, which fire before this.
     *
     * @param watermarkMs {@link Long#MAX_VALUE} when the input has ended
     * @return true when everything due was emitted
     */
    default boolean advance(long watermarkMs, Output out) {
        return true;
    }

    /** A checkpoint is about to be taken: write caches back to the state. Must not emit. */
    default void beforeCheckpoint() {}

    /** Called once at the end, also after a failure. Must not emit. */
    default void close() {}
}
