package io.weirflow.connectors.generator;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.RowType;

/** A kind of generated events: a pure function from the number of an event to its row. */
interface Events {

    /** Returns the columns. */
    RowType rowType();

    /**
     * Writes one column of the n-th event.
     *
     * @param n from 0
     * @param source index in {@link #rowType}
     * @param target index in the row
     */
    void write(long n, int source, MutableRow row, int target);
}
