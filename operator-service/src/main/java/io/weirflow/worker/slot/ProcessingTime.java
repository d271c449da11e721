package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.EventTime;

/**
 * Processing time of a slot (rule R8): the largest time that the broker gave a record of this run in its inbox so far. It lies in the log, so a replay sees the
 * same, whatever the clocks of workers say; and it never goes back, whatever the clock of the broker does. Ticks let it pass where no rows
 * come, see {@link Ticker}. Used by the slot's thread.
 */
final class ProcessingTime {

    private long nowMs;

    /** @param watermarkMs what {@link #watermarkMs()} was at the checkpoint */
    ProcessingTime(long watermarkMs) {
        this.nowMs = watermarkMs == EventTime.NONE_MS ? EventTime.NONE_MS : watermarkMs + 1;
    }

    /** A record of the inbox is about to be processed. Returns whether time has passed. */
    boolean pass(long timestampMs) {
        if (timestampMs <= nowMs) {
            return false;
        }
        nowMs = timestampMs;
        return true;
    }

    /** Returns the event time of the rows of the record. */
    long nowMs() {
        return nowMs;
    }

    /** Returns the time that no later row will have. */
    long watermarkMs() {
        return nowMs == EventTime.NONE_MS ? EventTime.NONE_MS : nowMs - 1;
    }
}
