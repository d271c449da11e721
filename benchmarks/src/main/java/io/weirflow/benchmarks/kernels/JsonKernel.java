package io.weirflow.benchmarks.kernels;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.RowType;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.BidJson;
import io.weirflow.connectors.format.JsonFormat;
import java.io.ByteArrayOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** JSON of 200 bytes to a row of seven columns, and a row to JSON. */
@State(Scope.Thread)
public class JsonKernel {

    private final RowDecoder decoder;
    private final RowDecoder filterDecoder;
    private final RowDecoder tumblingDecoder;
    private final RowEncoder encoder;
    private final MutableRow row;
    private final byte[][] records = new byte[Plans.ROWS][];
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int next;

    public JsonKernel() {
        StageInput.Source filter = Plans.source("filter");
        RowType type = filter.rowType();
        decoder = new JsonFormat().decoder(Options.NONE, type);
        filterDecoder = decoder(filter);
        tumblingDecoder = decoder(Plans.source("tumbling"));
        encoder = new JsonFormat().encoder(Options.NONE, type).orElseThrow();
        row = new MutableRow(type.size());
        BidJson json = new BidJson();
        Bid[] bids = Plans.bids();
        for (int i = 0; i < records.length; i++) {
            records[i] = json.record(bids[i]);
        }
    }

    private static RowDecoder decoder(StageInput.Source source) {
        return new JsonFormat().decoder(source.formatOptions(), source.rowType(), source.readColumns());
    }

    /** Decodes all columns of a record. */
    @Benchmark
    public MutableRow decode() throws DecodeException {
        return decode(decoder);
    }

    /** Decodes what the filter reads of a record: four numbers. */
    @Benchmark
    public MutableRow decodeForFilter() throws DecodeException {
        return decode(filterDecoder);
    }

    /** Decodes what the tumbling window reads of a record: two numbers. */
    @Benchmark
    public MutableRow decodeForWindow() throws DecodeException {
        return decode(tumblingDecoder);
    }

    private MutableRow decode(RowDecoder by) throws DecodeException {
        byte[] record = records[next++ & (Plans.ROWS - 1)];
        row.clear();
        by.decode(record, 0, record.length, row);
        return row;
    }

    /** Decodes one record and encodes it. */
    @Benchmark
    public int decodeAndEncode() throws DecodeException {
        decode();
        out.reset();
        encoder.encode(row, out);
        return out.size();
    }
}
