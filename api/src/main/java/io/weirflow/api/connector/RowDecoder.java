package io.weirflow.api.connector;

import io.weirflow.api.row.MutableRow;

/** Turns records into rows. Used by one thread. */
public interface RowDecoder {

    /** Takes a header, see {@link PartitionReader.Handler#header}. */
    default void header(byte[] bytes, int offset, int length) throws DecodeException {}

    /**
     * Writes every column of {@code row} that is read, see {@link Format#decoder(Options, io.weirflow.api.type.RowType, java.util.List)}; it
     * arrives cleared.
     *
     * @return false when the record holds no row and is to be passed over, such as an empty line
     * @throws DecodeException when the record is malformed or lacks a value that is read and NOT NULL
     */
    boolean decode(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException;
}
