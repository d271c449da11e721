package io.weirflow.worker.slot;

/**
 * Bounds of one slot.
 *
 * @param recordsPerCycle records processed in one duty cycle, 1 or more
 * @param maxBytesUnderWay bytes of frames that may be unacknowledged before the slot stops to read
 * @param maxSinkBytesWaiting bytes of rows for Kafka sinks that may wait for their transaction before the slot stops to read
 * @param maxOverlayBytes a checkpoint is taken when uncommitted state is larger, without being told to
 * @param ownCheckpointAfterMs a checkpoint is taken after this long without being told to, so that the data plane goes on without a
 *     coordinator
 */
public record SlotSettings(
        int recordsPerCycle,
        long maxBytesUnderWay,
        long maxSinkBytesWaiting,
        long maxOverlayBytes,
        long ownCheckpointAfterMs) {

    /** For most. */
    public static final SlotSettings DEFAULT = new SlotSettings(512, 4L << 20, 8L << 20, 32L << 20, 5_000);

    public SlotSettings {
        if (recordsPerCycle < 1
                || maxBytesUnderWay < 1
                || maxSinkBytesWaiting < 1
                || maxOverlayBytes < 1
                || ownCheckpointAfterMs < 1) {
            throw new IllegalArgumentException("the bounds of a slot must be positive");
        }
    }
}
