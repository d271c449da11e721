package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.testkit.log.MemoryInboxReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A slot that stops in order makes again first what a life before it may have made. */
final class SlotStopTest {

    private static final long MANY_BYTES = 1 << 20;
    private static final long LATER_MS = 1_000_000;
    private static final int FAR = 10_000;

    private final SlotWorld world = new SlotWorld(5, 0, Doubles.NONE).still();
    private final List<Boolean> letGo = new ArrayList<>();
    private long nowMs = 1;

    private final class Listener extends SilentListener {
        @Override
        public void letGo(boolean caughtUp) {
            letGo.add(caughtUp);
        }
    }

    private SimWorker worker(String name, int recordsPerCycle) {
        SlotSettings settings = new SlotSettings(
                recordsPerCycle, MANY_BYTES, MANY_BYTES, MANY_BYTES, MANY_BYTES, LATER_MS, LATER_MS, FAR, FAR);
        return new SimWorker(world, name, new HashMap<>(), settings);
    }

    private Slot open(SimWorker by) {
        Slot slot = new SlotOpener(by.environment())
                .open(new SlotId(SimPlan.NAME, 0, 0), PoisonedRows.NONE, new SlotMetrics(), new Listener(), term -> {});
        slot.start(new MemoryInboxReader(world.log), () -> {});
        return slot;
    }

    private void work(SimWorker by, Slot slot) {
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

    /** Returns how far a life has come that takes no checkpoint and dies. */
    private long aLifeThatDies() {
        SimWorker worker = worker("w1", 5);
        Slot slot = open(worker);
        while (slot.metrics().position() < 10) {
            work(worker, slot);
        }
        slot.close();
        return slot.metrics().position();
    }

    @Test
    void theFirstLifeOfASlotStopsWhereItIs() {
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker);
        slot.requestReleaseWhenCaughtUp();
        end(worker, slot);
        assertThat(letGo).containsExactly(true);
        assertThat(slot.metrics().position()).isLessThan(5);
    }

    @Test
    void aLaterLifeComesAsFarAsTheOneBeforeHadBeen() {
        long before = aLifeThatDies();
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker);
        slot.requestReleaseWhenCaughtUp();
        end(worker, slot);
        assertThat(letGo).containsExactly(true);
        assertThat(slot.metrics().position()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void oneThatMovesGoesWhereItIsAndDoesNotSayThatItHasCaughtUp() {
        long before = aLifeThatDies();
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker);
        slot.requestReleaseWhenCaughtUp();
        slot.requestRelease();
        end(worker, slot);
        assertThat(letGo).containsExactly(false);
        assertThat(slot.metrics().position()).isLessThan(before);
    }

    @Test
    void oneThatHasToStopAtOnceDoesNotSayThatItHasCaughtUp() {
        SimWorker worker = worker("w2", 1);
        Slot slot = open(worker);
        slot.requestReleaseWhenCaughtUp();
        slot.requestStop(null);
        end(worker, slot);
        assertThat(letGo).containsExactly(false);
    }
}
