package io.weirflow.worker.service;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.worker.slot.OpeningStep;
import io.weirflow.worker.slot.Replica;
import io.weirflow.worker.slot.Slot;
import io.weirflow.worker.slot.SlotFailure;
import io.weirflow.worker.slot.SlotListener;
import io.weirflow.worker.slot.SlotMetrics;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A slot that this worker holds under one epoch, from the assignment until it is gone. Written by the threads that open and run the slot, read by
 * the worker's and by HTTP, which never wait for a change that is under way; what it says is repeated in reports.
 */
final class HeldSlot implements SlotListener {

    private static final Logger LOG = LoggerFactory.getLogger(HeldSlot.class);

    private final SlotId id;
    private final LeaseEpoch epoch;
    private final Consumer<HeldSlot> changed;
    private final SlotThread thread;
    private final SlotMetrics counts;
    private final OpeningTimes times;
    private volatile @Nullable Slot slot;
    private volatile SlotStatus status = new SlotStatus.Running(SlotStatus.NONE, SlotStatus.NONE, Long.MIN_VALUE);
    private volatile LeaseEpoch releaseEpoch;
    private boolean stopping;
    private @Nullable SlotFailure stopReason;
    private volatile boolean gone;
    private volatile boolean atCut;
    private volatile @Nullable Replica standing;

    HeldSlot(
            SlotId id,
            LeaseEpoch epoch,
            SlotThread thread,
            SlotMetrics counts,
            OpeningTimes times,
            Consumer<HeldSlot> changed) {
        this.id = id;
        this.counts = counts;
        this.times = times;
        this.epoch = epoch;
        this.releaseEpoch = epoch;
        this.thread = thread;
        this.changed = changed;
    }

    SlotId id() {
        return id;
    }

    LeaseEpoch epoch() {
        return epoch;
    }

    /** Returns the thread that runs it, or will once it is open. */
    SlotThread thread() {
        return thread;
    }

    SlotStatus status() {
        return status;
    }

    /** Returns where it reads next, or did in its last life here; 0 before the first. */
    long position() {
        return counts.position();
    }

    /** Returns how it is. That it is let go answers the decision by which it was revoked, which has an epoch of its own. */
    SlotReport report(WorkerId worker) {
        SlotStatus now = status;
        return new SlotReport(worker, id, now instanceof SlotStatus.Released ? releaseEpoch : epoch, now);
    }

    /** Returns whether nothing of it runs any more. */
    boolean gone() {
        return gone;
    }

    /** Returns whether it has stopped at a cut, and is to be opened again with the next version of its stage. */
    boolean atCut() {
        return atCut;
    }

    /** Returns what it has left open at its cut, if it has: it is the caller's. */
    Optional<Replica> takeStanding() {
        Optional<Replica> left = Optional.ofNullable(standing);
        standing = null;
        return left;
    }

    /** Returns whether it runs this version of its stage, or a later one. */
    boolean runs(int stageVersion) {
        return slot != null
                && (finished()
                        || (status instanceof SlotStatus.Running running && running.stageVersion() >= stageVersion));
    }

    /** Returns for how long it has been opening, or -1 when it is open or gone. */
    long openingMs() {
        return slot == null && !gone ? Math.max(0, times.sinceAssignedMs()) : -1;
    }

    boolean finished() {
        return status instanceof SlotStatus.Finished;
    }

    Optional<Slot> slot() {
        return Optional.ofNullable(slot);
    }

    /** The slot is open: run it, unless it is to stop already. Blocks in that case. */
    void opened(Slot newSlot) {
        if (!begins(newSlot)) {
            // What it was about to commit may take a while, and others ask this one things.
            newSlot.close();
            neverBegan();
        }
    }

    private synchronized boolean begins(Slot newSlot) {
        if (!stopping) {
            slot = newSlot;
            thread.add(newSlot);
        }
        return !stopping;
    }

    private synchronized void neverBegan() {
        gone = true;
        SlotFailure reason = stopReason;
        if (reason != null) {
            failed(reason);
        }
    }

    synchronized void requestCheckpoint() {
        Slot running = slot;
        if (running != null) {
            running.requestCheckpoint();
        }
    }

    /** Asks it to go over to a version of its stage, if it has not. */
    synchronized void requestUpgrade(int stageVersion) {
        Slot running = slot;
        if (running != null) {
            running.requestUpgrade(stageVersion);
        }
    }

    /** Asks it to stop once it has made again what former lives may have made. One that is not open yet has to be asked again. */
    synchronized void stopWhenCaughtUp() {
        Slot running = slot;
        if (running != null) {
            running.requestReleaseWhenCaughtUp();
        }
    }

    /**
     * Asks it to stop.
     *
     * @param gracefully whether to commit first what was processed
     * @param newest epoch of the decision by which it stops
     */
    synchronized void stop(boolean gracefully, LeaseEpoch newest) {
        if (stopping || gone) {
            return;
        }
        stopping = true;
        // Else it is to be opened again under the newest, of which nothing is let go.
        releaseEpoch = gracefully ? newest : epoch;
        Slot running = slot;
        if (running == null) {
            return;
        }
        if (gracefully) {
            running.requestRelease();
        } else {
            running.requestStop(null);
        }
    }

    /** Makes the slot fail for a reason outside it. */
    synchronized void fail(String reason, boolean retriable, Throwable cause) {
        if (slot != null) {
            stopping = true;
            slot.requestStop(new SlotFailure(reason, retriable, cause));
        } else if (!gone) {
            stopping = true;
            stopReason = new SlotFailure(reason, retriable, cause);
        }
    }

    @Override
    public void opening(OpeningStep done) {
        times.done(done);
    }

    @Override
    public void started(long checkpoint, long nextPosition, long watermarkMs, int stageVersion) {
        update(new SlotStatus.Running(checkpoint, nextPosition, watermarkMs, stageVersion));
        changed.accept(this);
    }

    @Override
    public void checkpointed(Progress progress) {
        update(
                progress.finished()
                        ? new SlotStatus.Finished(progress.checkpoint(), progress.nextPosition())
                        : new SlotStatus.Running(
                                progress.checkpoint(),
                                progress.nextPosition(),
                                progress.watermarkMs(),
                                progress.course().stageVersion()));
        if (progress.finished()) {
            changed.accept(this);
        }
    }

    @Override
    public void senderBroken(SenderId sender, long expectedSequence, long foundSequence) {
        SlotId broken = new SlotId(id.pipeline(), sender.stage(), sender.partition());
        LOG.atWarn()
                .addKeyValue("slot", id)
                .addKeyValue("sender", broken)
                .addKeyValue("expectedSequence", expectedSequence)
                .addKeyValue("foundSequence", foundSequence)
                .log("Rows of a sender are missing; it must send them again");
        SlotStatus before = status();
        update(new SlotStatus.SenderBroken(broken, expectedSequence, foundSequence));
        changed.accept(this);
        update(before);
    }

    @Override
    public void letGo(boolean caughtUp, long changelogEnd) {
        update(caughtUp ? new SlotStatus.Stopped() : new SlotStatus.Released(changelogEnd));
        LOG.atInfo().addKeyValue("slot", id).log("The slot is let go");
        changed.accept(this);
    }

    @Override
    public void released() {
        gone = true;
    }

    @Override
    public void upgraded(Replica state) {
        LOG.atInfo().addKeyValue("slot", id).log("The slot stands at the cut to another version of its stage");
        standing = state;
        atCut = true;
        gone = true;
        changed.accept(this);
    }

    @Override
    public void failed(SlotFailure failure) {
        failed(String.valueOf(failure.getMessage()), failure.retriable(), failure.poison(), failure);
    }

    /** The slot could not be opened; nothing of it runs any more. */
    void failed(String reason, boolean retriable, Throwable cause) {
        failed(reason, retriable, null, cause);
    }

    private void failed(String reason, boolean retriable, @Nullable Poison poison, Throwable cause) {
        LOG.atWarn()
                .addKeyValue("slot", id)
                .addKeyValue("epoch", epoch.number())
                .addKeyValue("retriable", retriable)
                .addKeyValue("reason", reason)
                .log("The slot has failed");
        LOG.atDebug().addKeyValue("slot", id).setCause(cause).log("Where the slot has failed");
        counts.failed();
        synchronized (this) {
            gone = true;
            status = new SlotStatus.Failed(reason, retriable, poison);
        }
        changed.accept(this);
    }

    private synchronized void update(SlotStatus newStatus) {
        if (!gone) {
            status = newStatus;
        }
    }
}
