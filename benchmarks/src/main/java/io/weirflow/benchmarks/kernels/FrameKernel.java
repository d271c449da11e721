package io.weirflow.benchmarks.kernels;

import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.worker.codegen.CodecCompiler;
import io.weirflow.worker.codegen.RowReader;
import io.weirflow.worker.codegen.RowWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Frames of 256 rows; figures are for one row. */
@State(Scope.Thread)
public class FrameKernel {

    private static final int FRAME_ROWS = 256;

    private static final RowType NUMBERS = RowType.of(
            Column.of("auction", Scalar.BIGINT),
            Column.of("bidder", Scalar.BIGINT),
            Column.of("price", Scalar.BIGINT),
            Column.of("date_time", Scalar.BIGINT));

    private final Frames bids =
            new Frames(Plans.step("filter", StepSpec.Filter.class).inputType());
    private final Frames numbers = new Frames(NUMBERS);

    /** Encodes bids of seven columns, of which three are texts, and builds a frame. */
    @Benchmark
    @OperationsPerInvocation(FRAME_ROWS)
    public byte[] buildBids() {
        return bids.build();
    }

    /** Reads a frame and decodes its bids. */
    @Benchmark
    @OperationsPerInvocation(FRAME_ROWS)
    public long readBids() {
        return bids.read();
    }

    /** As {@link #buildBids}, with the four numbers of a bid. */
    @Benchmark
    @OperationsPerInvocation(FRAME_ROWS)
    public byte[] buildNumbers() {
        return numbers.build();
    }

    /** As {@link #readBids}, with the four numbers of a bid. */
    @Benchmark
    @OperationsPerInvocation(FRAME_ROWS)
    public long readNumbers() {
        return numbers.read();
    }

    private static final class Frames {

        private final RowWriter writer;
        private final RowReader rowReader;
        private final MutableRow[] rows;
        private final MutableRow row;
        private final FrameBuilder builder = new FrameBuilder(new SenderId(1, Incarnation.FIRST, 0), false, 0, 0);
        private final FrameReader reader = new FrameReader();
        private final ByteReader rowBytes = new ByteReader();
        private final byte[] frame;
        private int next;

        Frames(RowType type) {
            CodecCompiler compiler = new CodecCompiler();
            writer = compiler.writer(type);
            rowReader = compiler.reader(type);
            rows = Rows.of(type);
            row = new MutableRow(type.size());
            frame = build();
        }

        byte[] build() {
            for (int i = 0; i < FRAME_ROWS; i++) {
                writer.write(rows[next++ & (Plans.ROWS - 1)], builder.begin(0, next));
                builder.end();
            }
            return builder.build(next, false);
        }

        long read() {
            long times = 0;
            reader.open(frame);
            while (reader.next()) {
                reader.row(rowBytes);
                rowReader.read(rowBytes, row);
                times += reader.eventTimeMs();
            }
            return times;
        }
    }
}
