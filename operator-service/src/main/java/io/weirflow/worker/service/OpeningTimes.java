package io.weirflow.worker.service;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.worker.slot.OpeningStep;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a slot was assigned, and when each step on the way to its first row was done. Used by the thread that opens the slot. */
final class OpeningTimes {

    private static final Logger LOG = LoggerFactory.getLogger(OpeningTimes.class);

    private final LongSupplier clockMs;
    private final long assignedMs;
    private final Map<OpeningStep, Long> doneMs = new EnumMap<>(OpeningStep.class);
    private long beganMs;

    /** The slot is assigned now. */
    OpeningTimes(LongSupplier clockMs) {
        this.clockMs = clockMs;
        this.assignedMs = clockMs.getAsLong();
        this.beganMs = assignedMs;
    }

    /** Somebody begins to open it now. */
    void begin() {
        beganMs = clockMs.getAsLong();
    }

    void done(OpeningStep step) {
        doneMs.put(step, clockMs.getAsLong());
    }

    /** Returns for how long it has been assigned. */
    long sinceAssignedMs() {
        return clockMs.getAsLong() - assignedMs;
    }

    /** Says what took how long, for whoever looks for the time in which a slot was silent. */
    void log(SlotId slot) {
        LOG.atInfo()
                .addKeyValue("slot", slot)
                .addKeyValue("waitedMs", beganMs - assignedMs)
                .addKeyValue("filesMs", tookMs(OpeningStep.OPENED, beganMs))
                .addKeyValue("leaseMs", tookMs(OpeningStep.LEASED, atMs(OpeningStep.OPENED)))
                .addKeyValue("readMs", tookMs(OpeningStep.READ, atMs(OpeningStep.LEASED)))
                .addKeyValue("restoreMs", tookMs(OpeningStep.RESTORED, atMs(OpeningStep.READ)))
                .addKeyValue("connectMs", tookMs(OpeningStep.CONNECTED, atMs(OpeningStep.RESTORED)))
                .addKeyValue("claimMs", tookMs(OpeningStep.CLAIMED, atMs(OpeningStep.CONNECTED)))
                .log("The slot is open");
    }

    private long tookMs(OpeningStep step, long fromMs) {
        return atMs(step) - fromMs;
    }

    private long atMs(OpeningStep step) {
        return doneMs.getOrDefault(step, beganMs);
    }
}
