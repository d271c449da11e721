package io.weirflow.worker.slot;

import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;

/**
 * Appends ticks to the slot's own inbox while nothing else comes there that tells the time. The longer it is quiet, the seldomer: a window closes a
 * tenth of a second late, or by a twentieth of the silence, but no more than a second.
 *
 * <p>When ticks are sent depends on the worker's clock, and one that is lost is lost: what counts is what lies in the inbox. Used by the slot's
 * thread.
 */
final class Ticker {

    private static final long SHORTEST_MS = 100;
    private static final long LONGEST_MS = 1_000;
    private static final long SHARE = 20;

    private final FrameSender sender;
    private final LogPartition inbox;
    private final byte[] tick;
    private long lastRowsMs = Long.MIN_VALUE;
    private long lastRecordMs = Long.MIN_VALUE;

    Ticker(FrameSender sender, LogPartition inbox, Incarnation incarnation) {
        this.sender = sender;
        this.inbox = inbox;
        this.tick = OwnRecordCodec.encode(new OwnRecord.Tick(incarnation));
    }

    /** A frame was processed. */
    void frame(long nowMs) {
        lastRowsMs = nowMs;
        lastRecordMs = nowMs;
    }

    /** Nothing waits to be processed: sends a tick when one is due. */
    void quiet(long nowMs) {
        if (lastRecordMs == Long.MIN_VALUE) {
            frame(nowMs);
        }
        long intervalMs = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, (nowMs - lastRowsMs) / SHARE));
        if (nowMs - lastRecordMs >= intervalMs) {
            lastRecordMs = nowMs;
            sender.send(inbox, tick, (offset, lost) -> {});
        }
    }
}
