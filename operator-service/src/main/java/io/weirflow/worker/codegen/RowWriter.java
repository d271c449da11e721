package io.weirflow.worker.codegen;

import io.weirflow.api.row.Row;
import io.weirflow.protocol.bytes.ByteWriter;

/** Writes rows of one type in their binary form. Keeps no state; safe for use by several threads. */
public interface RowWriter {

    /**
     * Appends a row, as {@link io.weirflow.protocol.row.RowCodec#write} does.
     *
     * @throws IllegalArgumentException when a column that is never NULL is NULL; what was written before is undefined
     */
    void write(Row row, ByteWriter out);
}
