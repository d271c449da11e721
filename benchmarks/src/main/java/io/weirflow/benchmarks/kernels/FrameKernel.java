package io.weirflow.benchmarks.kernels;

import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.row.RowCodec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Frames of 256 rows of seven columns; figures are for one row. */
@State(Scope.Thread)
public class FrameKernel {

    private static final int FRAME_ROWS = 256;

    private final RowCodec codec;
    private final MutableRow[] bids;
    private final MutableRow read;
    private final FrameBuilder builder = new FrameBuilder(new SenderId(1, Incarnation.FIRST, 0), false, 0, 0);
    private final FrameReader reader = new FrameReader();
    private final ByteWriter bytes = new ByteWriter(256);
    private final ByteReader rowBytes = new ByteReader();
    private final byte[] frame;
    private int next;

    public FrameKernel() {
        Step filter = Plans.step("filter", StepSpec.Filter.class);
        codec = new RowCodec(filter.inputType());
        bids = Rows.of(filter.inputType());
        read = new MutableRow(filter.inputType().size());
        frame = build();
    }

    /** Encodes rows and builds a frame. */
    @Benchmark
    @OperationsPerInvocation(FRAME_ROWS)
    public final byte[] build() {
        for (int i = 0; i < FRAME_ROWS; i++) {
            bytes.reset();
            codec.write(bids[next++ & (Plans.ROWS - 1)], bytes);
            builder.add(0, next, bytes.array(), 0, bytes.size());
        }
        return builder.build(next, false);
    }

    /** Reads a frame and decodes its rows. */
    @Benchmark
    @OperationsPerInvocation(FRAME_ROWS)
    public long read() {
        long times = 0;
        reader.open(frame);
        while (reader.next()) {
            reader.row(rowBytes);
            codec.read(rowBytes, read);
            times += reader.eventTimeMs();
        }
        return times;
    }
}
