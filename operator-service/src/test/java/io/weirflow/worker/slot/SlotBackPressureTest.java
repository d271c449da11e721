package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.testkit.log.MemoryInboxReader;
import io.weirflow.worker.sim.Checkers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A slot with a backlog: neither what waits nor what its rows change takes more heap than it may, however many records there are and a duty cycle has time for. */
final class SlotBackPressureTest {

    private static final int MANY_RECORDS = 10_000;
    private static final long MANY_BYTES = 1 << 20;
    private static final long LATER_MS = 1_000_000;

    /** Some rows change more than this. */
    private static final long MAX_OVERLAY_BYTES = 500;

    /** Of frames, which are a few dozen bytes each: of both slots that send together. */
    private static final long INBOX_LIMIT_BYTES = 400;

    /** Some records are as large. */
    private static final long MAX_INBOX_BYTES = 500;

    /** What the rows of one record change, at most: the simulation's records have few. */
    private static final long RECORD_BYTES = 1_000;

    private final SlotWorld world = new SlotWorld(5, 0, Doubles.NONE).still();
    private final SimWorker worker = worker("w9", MANY_BYTES, MAX_OVERLAY_BYTES);
    private final LogPartition inbox = Checkers.inbox(1, 0);
    private final List<Progress> checkpoints = new ArrayList<>();
    private final MemoryInboxReader reader = new MemoryInboxReader(world.log);
    private int recordsRead;
    private long nowMs = 1;

    private Slot open(SimWorker by, int stage, int partition) {
        return new SlotOpener(by.environment())
                .open(
                        new SlotId(SimPlan.NAME, stage, partition),
                        PoisonedRows.NONE,
                        new SlotMetrics(),
                        new Listener(),
                        term -> {});
    }

    private void run(SimWorker by, Slot slot, BooleanSupplier until) {
        for (int cycle = 0; cycle < 10_000 && !until.getAsBoolean(); cycle++) {
            cycle(by, slot);
        }
        assertThat(until.getAsBoolean()).isTrue();
    }

    private void cycle(SimWorker by, Slot slot) {
        read(slot);
        slot.doWork(nowMs++);
        by.deliver();
        by.answer();
        by.driveCommitter();
    }

    private long sizeOf(LogPartition of) {
        return world.log.committed(of).stream()
                .mapToLong(entry -> Objects.requireNonNull(entry.value()).length)
                .sum();
    }

    private SimWorker worker(String name, long maxInboxBytes, long maxOverlayBytes) {
        return worker(name, maxInboxBytes, maxOverlayBytes, Long.MAX_VALUE);
    }

    private SimWorker worker(String name, long maxInboxBytes, long maxOverlayBytes, long inboxLimitBytes) {
        SlotSettings settings = new SlotSettings(
                MANY_RECORDS,
                maxInboxBytes,
                MANY_BYTES,
                MANY_BYTES,
                maxOverlayBytes,
                inboxLimitBytes,
                LATER_MS,
                LATER_MS,
                MANY_RECORDS,
                MANY_RECORDS);
        return new SimWorker(world, name, new HashMap<>(), settings);
    }

    private void read(Slot slot) {
        reader.poll(0, (partition, offset, timestampMs, value) -> {
            recordsRead++;
            slot.enqueue(offset, timestampMs, value);
        });
    }

    private void readSources() {
        SimWorker readers = worker("w8", MANY_BYTES, MANY_BYTES);
        for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
            Slot source = open(readers, 0, partition);
            source.start(new MemoryInboxReader(world.log), () -> {});
            checkpoints.clear();
            run(readers, source, () -> checkpoints.stream().anyMatch(Progress::finished));
            source.close();
        }
        checkpoints.clear();
    }

    private Slot openBehindABacklog(SimWorker by) {
        readSources();
        Slot slot = open(by, 1, 0);
        slot.start(reader, () -> {});
        read(slot);
        return slot;
    }

    @Test
    void aCheckpointIsDueWithinADutyCycle() {
        Slot slot = openBehindABacklog(worker);
        slot.doWork(nowMs++);
        assertThat(slot.metrics().overlayBytes()).isBetween(MAX_OVERLAY_BYTES, MAX_OVERLAY_BYTES + RECORD_BYTES);
        assertThat(slot.metrics().position()).isLessThan(world.log.end(inbox));
        slot.close();
    }

    @Test
    void nothingIsTakenWhileTheCheckpointIsUnderWayAndAsMuchHasChangedAgain() {
        Slot slot = openBehindABacklog(worker);
        for (int cycle = 0; cycle < 100; cycle++) {
            slot.doWork(nowMs++);
        }
        assertThat(checkpoints).isEmpty();
        assertThat(slot.metrics().position()).isLessThan(world.log.end(inbox));
        assertThat(slot.metrics().credit()).isZero();
        assertThat(slot.metrics().withoutCreditMs()).isBetween(90L, 100L);
        run(worker, slot, () -> checkpoints.stream().anyMatch(Progress::finished));
        assertThat(slot.metrics().position()).isEqualTo(world.log.end(inbox));
        assertThat(checkpoints).hasSizeGreaterThan(3);
        assertThat(slot.metrics().credit()).isEqualTo(1);
        slot.close();
    }

    @Test
    void anInboxIsNotReadWhileEnoughOfItWaits() {
        SimWorker small = worker("w9", MAX_INBOX_BYTES, MANY_BYTES);
        Slot slot = openBehindABacklog(small);
        read(slot);
        assertThat(recordsRead).isPositive();
        assertThat((long) recordsRead).isLessThan(world.log.end(inbox));
        run(small, slot, () -> checkpoints.stream().anyMatch(Progress::finished));
        assertThat((long) recordsRead).isEqualTo(world.log.end(inbox));
        slot.close();
    }

    @Test
    void aSlotWaitsForThoseThatItSendsTo() {
        Map<Integer, Long> processed = new HashMap<>();
        world.receivers = (stage, partition) -> processed.getOrDefault(partition, 0L);
        SimWorker sends = worker("w8", MANY_BYTES, MANY_BYTES, INBOX_LIMIT_BYTES);
        Slot source = open(sends, 0, 0);
        source.start(new MemoryInboxReader(world.log), () -> {});
        run(sends, source, () -> source.metrics().credit() == 0);
        long waitsAt = source.metrics().position();
        for (int cycle = 0; cycle < 1_000; cycle++) {
            cycle(sends, source);
        }
        assertThat(source.metrics().position()).isEqualTo(waitsAt);
        assertThat(source.metrics().bytesUnderWay()).isZero();
        assertThat(source.metrics().withoutCreditMs()).isGreaterThan(900);
        assertThat(source.waitsForRoom())
                .as("it need not look every millisecond")
                .isFalse();
        assertThat(sizeOf(Checkers.inbox(1, 0)) + sizeOf(Checkers.inbox(1, 1)))
                .isBetween(INBOX_LIMIT_BYTES / SimPlan.SLOTS, 2 * INBOX_LIMIT_BYTES + RECORD_BYTES);
        run(sends, source, () -> {
            for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
                processed.put(partition, world.log.end(Checkers.inbox(1, partition)));
            }
            return source.finished();
        });
        source.close();
    }

    @Test
    void withHeapEnoughItIsTakenAtOnce() {
        Slot slot = openBehindABacklog(worker("w9", MANY_BYTES, MANY_BYTES));
        slot.doWork(nowMs++);
        assertThat(slot.metrics().position()).isEqualTo(world.log.end(inbox));
        assertThat(slot.metrics().bytesRead()).isEqualTo(sizeOf(inbox));
        assertThat(slot.metrics().credit()).isGreaterThan(0).isLessThan(1);
        assertThat(slot.metrics().withoutCreditMs()).isZero();
        slot.close();
    }

    private final class Listener extends SilentListener {
        @Override
        public void checkpointed(Progress progress) {
            checkpoints.add(progress);
        }

        @Override
        public void failed(SlotFailure failure) {
            throw failure;
        }
    }
}
