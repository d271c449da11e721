package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.sink.CommitRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rule R7 when a slot is opened: whose it is, is asked after the lease was taken, and before anything is read. */
final class SlotOpenerTest {

    private static final SlotId ID = new SlotId(SimPlan.NAME, 0, 0);

    private final SlotWorld world = new SlotWorld(1, 0, Doubles.NONE);
    private final Map<SlotId, SimDisk> disks = new HashMap<>();
    private final SimWorker worker = new SimWorker(world, "w9", disks);
    private final SlotOpener opener = new SlotOpener(worker.environment());
    private final List<Long> asked = new ArrayList<>();

    @Test
    void aSlotOfAnotherIsNotRead() {
        assertThatThrownBy(() -> opener.open(ID, new SlotMetrics(), new Silent(), term -> {
                    throw new LogException(LogException.Kind.FENCED, "the slot has gone", null);
                }))
                .hasMessage("the slot has gone");
        assertThat(disks).isEmpty();
    }

    /** What is found out under one lease does not hold for the next, which may have been taken after a fence. */
    @Test
    void aLeaseThatIsLostWhileItIsAskedForIsAskedForAgain() {
        opener.open(ID, new SlotMetrics(), new Silent(), asked::add).close();
        world.log.fence(worker.lease());
        Refusable waiting = new Refusable(asked.get(0));
        worker.environment().committer().submit(waiting);

        opener.open(ID, new SlotMetrics(), new Silent(), asked::add).close();

        assertThat(waiting.failed).isTrue();
        assertThat(asked).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aSlotThatIsRefusedCanBeOpenedLater() {
        assertThatThrownBy(() -> opener.open(ID, new SlotMetrics(), new Silent(), term -> {
                    throw new LogException(LogException.Kind.FENCED, "the slot has gone", null);
                }))
                .isInstanceOf(LogException.class);
        opener.open(ID, new SlotMetrics(), new Silent(), asked::add).close();
        opener.open(ID, new SlotMetrics(), new Silent(), asked::add).close();
        assertThat(asked).hasSize(2);
    }

    @Test
    void stateThatIsFoundDamagedAtWorkIsRemovedBeforeTheSlotIsOpenedAgain() {
        Slot slot = opener.open(ID, new SlotMetrics(), new Silent(), asked::add);
        SimDisk damaged = disks.get(ID);
        damaged.damage();
        slot.requestCheckpoint();
        for (long nowMs = 1; nowMs < 1_000 && !slot.closed(); nowMs++) {
            slot.doWork(nowMs);
            worker.deliver();
            worker.answer();
            worker.driveCommitter();
        }
        assertThat(slot.closed()).isTrue();
        assertThat(disks.get(ID)).isNotSameAs(damaged);
        opener.open(ID, new SlotMetrics(), new Silent(), asked::add).close();
    }

    /** By the settings of the simulation it comes after 200 ms, later ones after 400. */
    @Test
    void theFirstCheckpointAfterAnOpeningDoesNotWaitToBeAskedFor() {
        List<Long> times = new ArrayList<>();
        AtomicLong nowMs = new AtomicLong();
        SlotListener listener = new Silent() {
            @Override
            public void checkpointed(Progress progress) {
                times.add(nowMs.get());
            }
        };
        Slot slot = opener.open(ID, new SlotMetrics(), listener, asked::add);
        while (nowMs.incrementAndGet() < 1_000 && times.isEmpty()) {
            slot.doWork(nowMs.get());
            worker.deliver();
            worker.answer();
            worker.driveCommitter();
        }
        slot.close();
        assertThat(times).hasSize(1).allMatch(timeMs -> timeMs >= 200 && timeMs < 300);
    }

    /** A commit that is under way when the lease is fenced. */
    private static final class Refusable implements CommitRequest {
        private final long term;
        private boolean failed;

        Refusable(long term) {
            this.term = term;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public List<LogRecord> records() {
            return List.of(new LogRecord(SimPlan.OUT_TOPIC, 0, null, new byte[] {1}));
        }

        @Override
        public long sizeBytes() {
            return 1;
        }

        @Override
        public void committed(Map<LogPartition, Long> nextOffsets) {
            throw new AssertionError("committed under a lease that was fenced");
        }

        @Override
        public void failed(LogException problem) {
            failed = true;
        }
    }

    private static class Silent implements SlotListener {
        @Override
        public void checkpointed(Progress progress) {}

        @Override
        public void senderBroken(SenderId sender, long expectedSequence, long foundSequence) {}

        @Override
        public void released() {}

        @Override
        public void failed(SlotFailure failure) {}
    }
}
