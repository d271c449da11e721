package io.weirflow.worker.codegen;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;

/** Filters and projections compiled into one method. Keeps no state; safe for use by several threads. */
public interface FusedSteps {

    /**
     * Runs a row through the steps until one of them drops it.
     *
     * @param out gets the columns of the last projection, if there is one and the row passes all steps; must not be {@code in}
     * @return how many steps the row has passed: their number, or the index of the filter that dropped it
     * @throws RowException when an expression cannot be evaluated; the message is the reason, and the content of {@code out}
     *     is undefined
     */
    int run(Row in, MutableRow out) throws RowException;
}
