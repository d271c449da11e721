package io.weirflow.api.connector;

import io.weirflow.api.row.Row;
import java.io.ByteArrayOutputStream;

/** Turns rows into bytes. Used by one thread. */
public interface RowEncoder {

    /** Appends the row, without a record separator. The same row gives the same bytes. */
    void encode(Row row, ByteArrayOutputStream out);

    /** Returns what {@link #encode} appends, as an array of its own. */
    default byte[] bytes(Row row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encode(row, out);
        return out.toByteArray();
    }

    /** Returns what a file of such rows begins with, such as a CSV header line with its line break; empty for nothing. */
    default byte[] fileHeader() {
        return new byte[0];
    }
}
