package io.weirflow.worker.operators;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;

/**
 * An operator that can tell from a row alone which state it will need. Rows that wait are shown to it some hundred at a time, so that their state is read at once. All of it is
 * a hint: rows that are shown may never come, and others may come; neither results nor state depend on it. Used by the slot's thread.
 */
public interface LooksAhead {

    /** Returns whether it is worth while: false as long as all state is on the heap. */
    boolean looksAhead();

    /**
     * Shows a row that is likely to come.
     *
     * @param row valid only during the call
     * @throws RowException when it will be thrown for the row once it comes, too
     */
    void expect(Row row, long eventTimeMs) throws RowException;

    /**
     * Reads the state of the rows that were shown since the last call, as far as it is not on the heap.
     *
     * @return for how many keys
     */
    int prefetch();
}
