package io.weirflow.worker.sim;

import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.slot.SimPlan;
import java.util.List;

/**
 * A frame in an inbox.
 *
 * @param watermarkMs or {@link io.weirflow.protocol.frame.FrameBuilder#NO_WATERMARK}
 */
record SentFrame(
        LogPartition inbox, long offset, SenderId sender, long firstSequence, List<SentRow> rows, long watermarkMs) {

    /**
     * A row, its port and its bytes in hexadecimal.
     *
     * @param mark which says by which version of its stage it was made; {@link SimPlan#NO_MARK} when it does not
     */
    record SentRow(long eventTimeMs, int port, String content, long mark) {}

    /** Returns the sequence of the last row, or of the one before the frame when it has none. */
    long lastSequence() {
        return firstSequence + rows.size() - 1;
    }
}
