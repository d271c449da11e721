package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.testkit.log.MemoryInboxReader;
import io.weirflow.worker.sim.Violation;
import org.jspecify.annotations.Nullable;

/** A slot in one life on one worker. */
final class Held implements SlotListener {

    private final SlotWorld world;
    private final SimWorker worker;
    private final SlotId id;
    private final MemoryInboxReader memory;
    private final InboxReader reader;
    private @Nullable Slot slot;

    Held(SlotWorld world, SimWorker worker, SlotId id) {
        this.world = world;
        this.worker = worker;
        this.id = id;
        this.memory = new MemoryInboxReader(world.log);
        this.reader = world.doubles.readers().of(world.log, memory);
    }

    SlotId id() {
        return id;
    }

    SimWorker worker() {
        return worker;
    }

    @Nullable
    Slot slot() {
        return slot;
    }

    void open() {
        Slot opened = new SlotOpener(worker.environment())
                .open(id, PoisonedRows.NONE, new SlotMetrics(), this, this::checkOwned);
        slot = opened;
        worker.add(this);
        opened.start(reader);
    }

    /** What a worker reads in the control log; a dead one does not go on. */
    private void checkOwned(long term) {
        if (!world.owns(this)) {
            throw new LogException(LogException.Kind.FENCED, "the slot has gone to another worker", null);
        }
    }

    void drive() {
        Slot running = slot;
        if (running != null) {
            memory.setMaxRecords(1 + world.roll(3));
            reader.poll(0, (partition, offset, timestampMs, value) -> running.enqueue(offset, timestampMs, value));
            int unused = running.doWork(world.nowMs());
        }
    }

    @Override
    public void checkpointed(Progress progress) {
        world.note("checkpoint " + progress.checkpoint() + " of " + this + (progress.finished() ? ", finished" : ""));
    }

    @Override
    public void senderBroken(SenderId sender, long expectedSequence, long foundSequence) {
        world.note(this + " misses rows of " + sender);
    }

    @Override
    public void released() {
        world.note("released " + this);
        end();
    }

    @Override
    public void upgraded(Replica state) {
        throw new IllegalStateException("nobody asked for that");
    }

    @Override
    public void failed(SlotFailure failure) {
        world.note("failed " + this + ": " + failure.getMessage());
        Throwable cause = failure.getCause();
        if (cause instanceof Violation violation) {
            throw violation;
        }
        if (!failure.retriable()) {
            throw new Violation("Function", this + " failed for good: " + failure.getMessage());
        }
        if (String.valueOf(failure.getMessage()).startsWith("unexpected")) {
            throw new Violation("Function", this + " failed: " + failure.getMessage());
        }
        end();
    }

    private void end() {
        worker.remove(this);
        world.gone(this);
    }

    @Override
    public String toString() {
        return id + "/" + worker;
    }
}
