package io.weirflow.worker.codegen;

import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;

/** Reads rows of one type from their binary form. Keeps no state; safe for use by several threads. */
public interface RowReader {

    /**
     * Reads a row, every column of it, as {@link io.weirflow.protocol.row.RowCodec#read} does.
     *
     * @throws io.weirflow.protocol.WireFormatException when the bytes are not a row of this type
     */
    void read(ByteReader in, MutableRow row);
}
