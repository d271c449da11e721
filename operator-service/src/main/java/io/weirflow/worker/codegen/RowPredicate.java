package io.weirflow.worker.codegen;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;

/** A compiled condition. Keeps no state; safe for use by several threads. */
public interface RowPredicate {

    /**
     * Returns whether the condition is TRUE for the row; false for FALSE and for NULL.
     *
     * @throws RowException when the condition cannot be evaluated; the message is the reason
     */
    boolean test(Row row) throws RowException;
}
