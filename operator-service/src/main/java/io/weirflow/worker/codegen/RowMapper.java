package io.weirflow.worker.codegen;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;

/** A compiled list of expressions. Keeps no state; safe for use by several threads. */
public interface RowMapper {

    /**
     * Writes the value of expression <i>i</i> to column <i>i</i> of {@code out}, for all expressions; other columns stay.
     *
     * @param in must not be {@code out}
     * @throws RowException when an expression cannot be evaluated; the message is the reason, and the content of {@code out}
     *     is undefined
     */
    void map(Row in, MutableRow out) throws RowException;
}
