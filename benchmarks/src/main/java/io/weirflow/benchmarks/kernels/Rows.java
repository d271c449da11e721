package io.weirflow.benchmarks.kernels;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.RowType;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.BidJson;
import io.weirflow.connectors.format.JsonFormat;

/** Decoded bids. */
final class Rows {

    private Rows() {}

    /** Returns {@link Plans#ROWS} rows with those columns of a bid that the type has. */
    static MutableRow[] of(RowType type) {
        return of(type, Plans.bids());
    }

    /** Returns a row for each bid with those of its columns that the type has. */
    static MutableRow[] of(RowType type, Bid[] bids) {
        RowDecoder decoder = new JsonFormat().decoder(Options.NONE, type);
        BidJson json = new BidJson();
        MutableRow[] rows = new MutableRow[bids.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new MutableRow(type.size());
            byte[] record = json.record(bids[i]);
            try {
                decoder.decode(record, 0, record.length, rows[i]);
            } catch (DecodeException e) {
                throw new IllegalStateException(e);
            }
        }
        return rows;
    }
}
