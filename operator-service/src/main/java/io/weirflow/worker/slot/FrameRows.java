package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.worker.codegen.CodecCompiler;
import io.weirflow.worker.codegen.RowReader;
import java.util.List;

/** Reads the rows of one frame after the other, each into the one row of its port. Used by the slot's thread. */
final class FrameRows {

    private final FrameReader frame = new FrameReader();
    private final ByteReader bytes = new ByteReader();
    private final int[] onlyPortOfStage;
    private final RowReader[] readers;
    private final MutableRow[] rows;
    private int port;

    FrameRows(List<StageInput.Port> ports, CodecCompiler codecs) {
        this.readers = ports.stream().map(each -> codecs.reader(each.rowType())).toArray(RowReader[]::new);
        this.rows = ports.stream()
                .map(each -> new MutableRow(each.rowType().size()))
                .toArray(MutableRow[]::new);
        int stages = ports.stream().mapToInt(StageInput.Port::fromStage).max().orElse(0) + 1;
        this.onlyPortOfStage = new int[stages];
        for (int number = 0; number < ports.size(); number++) {
            onlyPortOfStage[ports.get(number).fromStage()] = number;
        }
    }

    /** Returns the frame, to be opened by the caller, who may pass over rows. */
    FrameReader frame() {
        return frame;
    }

    /**
     * Reads the next row of the frame; false after the last.
     *
     * @throws WireFormatException when it is none of this stage's
     */
    boolean next() {
        if (!frame.next()) {
            return false;
        }
        port = frame.severalPorts() ? frame.port() : onlyPort(frame.sender().stage());
        if (port < 0 || port >= rows.length) {
            throw new WireFormatException("a row belongs to port " + port + ", which this stage does not have");
        }
        frame.row(bytes);
        readers[port].read(bytes, rows[port]);
        return true;
    }

    private int onlyPort(int stage) {
        return stage < onlyPortOfStage.length ? onlyPortOfStage[stage] : -1;
    }

    int port() {
        return port;
    }

    /** Returns the row; valid until the next of its port. */
    MutableRow row() {
        return rows[port];
    }
}
