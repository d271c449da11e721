package io.weirflow.worker.slot;

/**
 * Bounds of one slot.
 *
 * @param recordsPerCycle records processed in one duty cycle, 1 or more
 * @param maxInboxBytes bytes of records that may have been read and wait to be processed before its inbox is read no more
 * @param maxBytesUnderWay bytes of frames that may be unacknowledged before the slot stops to read
 * @param maxSinkBytesWaiting bytes of rows for Kafka sinks that may wait for their transaction before the slot stops to read
 * @param maxOverlayBytes a checkpoint is taken as soon as changed state is larger on the heap, without being told to; when it has grown so large again
 *     before that checkpoint is committed, the slot stops to read
 * @param inboxLimitBytes bytes of frames that all slots which send to an inbox may have in it that its slot has not processed; each may have its part of them, and reads no more
 *     for as long as it has
 * @param firstCheckpointAfterMs the first checkpoint of a slot that was opened is taken this long after there is something to commit, without
 *     being told to, so that a process that ends again and again within the usual interval gets on all the same
 * @param ownCheckpointAfterMs a checkpoint is taken after this long without being told to, so that the data plane goes on without a
 *     coordinator
 * @param openingReachRecords records that a slot that was opened may take before its first checkpoint when no life before has come further than the last, see
 *     {@link SlotCourse}
 * @param minReachRecords records that it may take at least from one checkpoint to the next, however slow its log has been
 */
public record SlotSettings(
        int recordsPerCycle,
        long maxInboxBytes,
        long maxBytesUnderWay,
        long maxSinkBytesWaiting,
        long maxOverlayBytes,
        long inboxLimitBytes,
        long firstCheckpointAfterMs,
        long ownCheckpointAfterMs,
        long openingReachRecords,
        long minReachRecords) {

    /** As fast as slots are, the last of so many records is a quarter of a second away, or more. Of so many bytes of a file it is not, but then the slot soon says that it has caught up. */
    private static final long FAR_BEHIND_RECORDS = 65_536;

    /** So much that a slot which moves, or is taken over within seconds, makes nobody wait, and so little that a disk has room for it. */
    private static final long INBOX_LIMIT_BYTES = 256L << 20;

    /** For most. */
    public static final SlotSettings DEFAULT =
            new SlotSettings(512, 4L << 20, 4L << 20, 8L << 20, 32L << 20, INBOX_LIMIT_BYTES, 1_000, 10_000, 1_024, 64);

    public SlotSettings {
        if (recordsPerCycle < 1
                || maxInboxBytes < 1
                || maxBytesUnderWay < 1
                || maxSinkBytesWaiting < 1
                || maxOverlayBytes < 1
                || inboxLimitBytes < 1
                || firstCheckpointAfterMs < 1
                || ownCheckpointAfterMs < 1
                || openingReachRecords < 1
                || minReachRecords < 1) {
            throw new IllegalArgumentException("the bounds of a slot must be positive");
        }
    }

    /**
     * Returns whether rows of a slot's sinks can wait for a larger transaction: it is so far behind that its rows are old in any case, and not much waits.
     *
     * @param lagRecords how many records lie before the slot, or bytes where records cannot be counted; -1 when that is not known
     * @param bytesUnderWay of rows that have gone to the committer, and have not come back
     */
    boolean rowsCanWait(long lagRecords, long bytesUnderWay) {
        return lagRecords >= FAR_BEHIND_RECORDS && bytesUnderWay <= maxSinkBytesWaiting / 8;
    }

    /** Returns these settings with another bound for inboxes. */
    public SlotSettings withInboxLimit(long limitBytes) {
        return new SlotSettings(
                recordsPerCycle,
                maxInboxBytes,
                maxBytesUnderWay,
                maxSinkBytesWaiting,
                maxOverlayBytes,
                limitBytes,
                firstCheckpointAfterMs,
                ownCheckpointAfterMs,
                openingReachRecords,
                minReachRecords);
    }

    /**
     * Returns these settings with bounds for a slot that has so much heap; those that are lower stay.
     *
     * @param changesBytes for changed state
     * @param waitingBytes for what has been read and waits to be processed, and as much again for what waits to be written by sinks
     */
    public SlotSettings within(long changesBytes, long waitingBytes) {
        return new SlotSettings(
                recordsPerCycle,
                Math.min(maxInboxBytes, waitingBytes),
                maxBytesUnderWay,
                Math.min(maxSinkBytesWaiting, waitingBytes),
                Math.min(maxOverlayBytes, changesBytes),
                inboxLimitBytes,
                firstCheckpointAfterMs,
                ownCheckpointAfterMs,
                openingReachRecords,
                minReachRecords);
    }
}
