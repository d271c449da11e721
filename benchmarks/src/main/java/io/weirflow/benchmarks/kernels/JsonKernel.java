package io.weirflow.benchmarks.kernels;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
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
    private final RowEncoder encoder;
    private final MutableRow row;
    private final byte[][] records = new byte[Plans.ROWS][];
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int next;

    public JsonKernel() {
        Step filter = Plans.step("filter", StepSpec.Filter.class);
        RowType type = filter.inputType();
        decoder = new JsonFormat().decoder(Options.NONE, type);
        encoder = new JsonFormat().encoder(Options.NONE, type).orElseThrow();
        row = new MutableRow(type.size());
        BidJson json = new BidJson();
        Bid[] bids = Plans.bids();
        for (int i = 0; i < records.length; i++) {
            records[i] = json.record(bids[i]);
        }
    }

    /** Decodes one record. */
    @Benchmark
    public MutableRow decode() throws DecodeException {
        byte[] record = records[next++ & (Plans.ROWS - 1)];
        decoder.decode(record, 0, record.length, row);
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
