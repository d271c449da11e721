package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.testkit.log.MemoryInboxReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a slot is let go of: one that stops in order makes again first what a life before it may have made, and no destination keeps one for ever. */
final class SlotStopTest {

    private static final long MANY_BYTES = 1 << 20;
    private static final long LATER_MS = 1_000_000;
    private static final int FAR = 10_000;
    private static final int OUT = 2;

    private final SlotWorld world = new SlotWorld(5, 0, Doubles.NONE).still();
    private final MemoryInboxReader reader = new MemoryInboxReader(world.log);
    private final List<Boolean> letGo = new ArrayList<>();
    private final List<Progress> checkpoints = new ArrayList<>();
    private long nowMs = 1;

    private final class Listener extends SilentListener {
        @Override
        public void letGo(boolean caughtUp, long changelogEnd) {
            letGo.add(caughtUp);
        }

        @Override
        public void checkpointed(Progress progress) {
            checkpoints.add(progress);
        }
    }

    private SimWorker worker(String name, int recordsPerCycle) {
        SlotSettings settings = new SlotSettings(
                recordsPerCycle,
                MANY_BYTES,
                MANY_BYTES,
                MANY_BYTES,
                MANY_BYTES,
                MANY_BYTES,
                LATER_MS,
                LATER_MS,
                FAR,
                FAR);
        return new SimWorker(world, name, new HashMap<>(), settings);
    }

    private Slot open(SimWorker by, int stage, int partition) {
        Slot slot = new SlotOpener(by.environment())
                .open(
                        new SlotId(SimPlan.NAME, stage, partition),
                        PoisonedRows.NONE,
                        new SlotMetrics(),
                        new Listener(),
                        term -> {});
        slot.start(reader, () -> {});
        return slot;
    }

    private void work(SimWorker by, Slot slot) {
        reader.poll(0, (inbox, offset, timestampMs, value) -> slot.enqueue(offset, timestampMs, value));
        int unused = slot.doWork(nowMs++);
        by.deliver();
        by.answer();
        by.driveCommitter();
    }

    private void end(SimWorker by, Slot slot) {
        for (int cycle = 0; cycle < 1_000 && !slot.closed(); cycle++) {
            work(by, slot);
        }
        assertThat(slot.closed()).isTrue();
    }

    private void finish(SimWorker by, Slot slot) {
        for (int cycle = 0; cycle < 10_000 && !slot.finished(); cycle++) {
            work(by, slot);
            by.driveSink();
        }
        assertThat(slot.finished()).isTrue();
        slot.close();
    }

    /** Returns how far a life has come that takes no checkpoint and dies. */
    private long aLifeThatDies() {
        SimWorker worker = worker("w1", 5);
        Slot slot = open(worker, 0, 0);
        while (slot.metrics().position() < 10) {
            work(worker, slot);
        }
        slot.close();
        return slot.metrics().position();
    }

    @Test
    void theFirstLifeOfASlotStopsWhereItIs() {
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker, 0, 0);
        slot.requestReleaseWhenCaughtUp();
        end(worker, slot);
        assertThat(letGo).containsExactly(true);
        assertThat(slot.metrics().position()).isLessThan(5);
    }

    @Test
    void aLaterLifeComesAsFarAsTheOneBeforeHadBeen() {
        long before = aLifeThatDies();
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker, 0, 0);
        slot.requestReleaseWhenCaughtUp();
        end(worker, slot);
        assertThat(letGo).containsExactly(true);
        assertThat(slot.metrics().position()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void oneThatMovesGoesWhereItIsAndDoesNotSayThatItHasCaughtUp() {
        long before = aLifeThatDies();
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker, 0, 0);
        slot.requestReleaseWhenCaughtUp();
        slot.requestRelease();
        end(worker, slot);
        assertThat(letGo).containsExactly(false);
        assertThat(slot.metrics().position()).isLessThan(before);
    }

    @Test
    void oneThatHasToStopAtOnceDoesNotSayThatItHasCaughtUp() {
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker, 0, 0);
        slot.requestReleaseWhenCaughtUp();
        slot.requestStop(null);
        end(worker, slot);
        assertThat(letGo).containsExactly(false);
    }

    @Test
    void aReleaseDoesNotWaitForADestinationForEver() {
        SimWorker senders = worker("w1", FAR);
        for (int stage = 0; stage < OUT; stage++) {
            for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
                finish(senders, open(senders, stage, partition));
            }
        }
        checkpoints.clear();
        SimWorker worker = worker("w2", FAR);
        Slot slot = open(worker, OUT, 0);
        for (int cycle = 0; cycle < 100; cycle++) {
            work(worker, slot);
        }
        slot.requestRelease();
        long askedMs = nowMs;
        while (nowMs < askedMs + 5_000) {
            work(worker, slot);
        }
        assertThat(letGo).isEmpty();
        end(worker, slot);
        assertThat(letGo).containsExactly(false);
        assertThat(checkpoints)
                .as("what the destination has not got is not covered")
                .isEmpty();
        SimWorker next = worker("w3", FAR);
        finish(next, open(next, OUT, 0));
    }
}
