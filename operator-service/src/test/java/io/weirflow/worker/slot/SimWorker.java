package io.weirflow.worker.slot;

import io.weirflow.api.KafkaAccess;
import io.weirflow.connectors.format.JsonFormat;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.StateBackend;
import io.weirflow.testkit.log.CommitFaults;
import io.weirflow.testkit.log.MemoryFrameSender;
import io.weirflow.testkit.log.MemoryLease;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.operators.OperatorFactory;
import io.weirflow.worker.sim.Violation;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.sink.OutsideSink;
import io.weirflow.worker.sink.SinkRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A worker process in one life: what its slots share, and its disks, which outlive it. */
final class SimWorker implements CommitFaults {

    private static final SlotSettings SETTINGS =
            new SlotSettings(3, 4 << 20, 400, 600, 4_000, Long.MAX_VALUE, 200, 400, 1_024, 64);

    /** Code has no state, so what all workers of all seeds need is compiled once. */
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler();

    private static final long CACHE_BYTES = 1L << 20;

    private final SlotWorld world;
    private final String name;
    private final int life;
    private final Map<SlotId, SimDisk> disks;
    private final MemoryFrameSender sender;
    private final Committer committer;
    private final List<Held> slots = new ArrayList<>();
    private final List<OutsideSink> sinks = new ArrayList<>();
    private final SlotEnvironment environment;
    private final Set<OutsideSink> busy = new HashSet<>();
    private boolean committing;
    private boolean dead;

    SimWorker(SlotWorld world, String name, Map<SlotId, SimDisk> disks) {
        this(world, name, disks, SETTINGS);
    }

    SimWorker(SlotWorld world, String name, Map<SlotId, SimDisk> disks, SlotSettings settings) {
        this.world = world;
        this.name = name;
        this.life = world.nextLife();
        this.disks = disks;
        this.sender = new MemoryFrameSender(world.log);
        this.committer = Committer.driven(this::openLease);
        ChangelogReader changelogs = world.log.changelogs();
        this.environment = new SlotEnvironment(
                world.plan.pipeline(),
                List.of(),
                "run",
                world.incarnation(),
                Path.of("."),
                KafkaAccess.open(""),
                new Connectors(
                        List.of(
                                world.outside,
                                world.effects,
                                new SimConnector(
                                        SimConnector.NAME,
                                        world.plan,
                                        world::roll,
                                        any -> false,
                                        (topic, run) -> topic)),
                        List.of(new JsonFormat())),
                any -> {
                    throw new IllegalStateException("no secrets here");
                },
                COMPILER,
                new OperatorFactory(COMPILER, SimWorker.class.getClassLoader(), CACHE_BYTES),
                new Disks(),
                new HeapAllowance(CACHE_BYTES),
                committer,
                sink -> run(sink),
                new Destinations(),
                world.doubles.senders().apply(sender),
                (partition, from, handler) -> {
                    long next = changelogs.read(partition, from, handler);
                    world.checkers().opened(partition, lease());
                    return next;
                },
                settings,
                (stage, partition) -> world.receivers.next(stage, partition),
                any -> 0);
    }

    private LeaseLog openLease() {
        if (dead) {
            throw new LogException(LogException.Kind.RETRY, "the process has ended", null);
        }
        return world.doubles.leases().apply(new MemoryLease(world.log, lease(), this));
    }

    private final class Disks implements LocalStates {
        @Override
        public StateBackend open(SlotId id) {
            return disks.computeIfAbsent(id, any -> new SimDisk()).open();
        }

        @Override
        public void remove(SlotId id) {
            disks.put(id, new SimDisk());
        }
    }

    private SinkRunner.Handle run(OutsideSink sink) {
        sinks.add(sink);
        return () -> sinks.remove(sink);
    }

    String name() {
        return name;
    }

    String lease() {
        return Names.leaseTransactionalId(SimPlan.NAME, name);
    }

    Map<SlotId, SimDisk> disks() {
        return disks;
    }

    SlotEnvironment environment() {
        return environment;
    }

    /** Opening waits for what this worker commits, and for the slot's former life here. */
    boolean canOpen(SlotId id) {
        return !committing && slots.stream().noneMatch(held -> held.id().equals(id));
    }

    void add(Held held) {
        slots.add(held);
    }

    void remove(Held held) {
        slots.remove(held);
    }

    void driveSlot() {
        if (!slots.isEmpty()) {
            slots.get(world.roll(slots.size())).drive();
        }
        sender.setCongested(world.roll(15) == 0);
    }

    void deliver() {
        for (int i = world.roll(4); i >= 0; i--) {
            sender.deliver(world.roll(1_000), 1);
        }
    }

    void answer() {
        for (int i = world.roll(6); i >= 0; i--) {
            sender.answer(world.roll(1_000));
        }
    }

    void driveSink() {
        for (OutsideSink sink : List.copyOf(sinks)) {
            if (!busy.add(sink)) {
                continue;
            }
            try {
                int unused = sink.doWork(world.nowMs());
            } finally {
                busy.remove(sink);
            }
            String failure = sink.failure();
            if (failure != null && !sink.failureRetriable()) {
                throw new Violation("SinkAtomic", "the sink outside has failed: " + failure);
            }
        }
    }

    void driveCommitter() {
        if (!committing) {
            committing = true;
            int unused = committer.doWork();
            committing = false;
        }
    }

    void requestCheckpoint() {
        if (world.roll(4) == 0) {
            slots.forEach(held -> {
                Slot slot = held.slot();
                if (slot != null) {
                    slot.requestCheckpoint();
                }
            });
        }
    }

    void lose() {
        world.note("lose a frame of " + this + ", " + sender.pending() + " wait");
        sender.deliver(world.roll(1_000), 0);
    }

    void duplicate() {
        sender.deliver(world.roll(1_000), 2);
    }

    void release() {
        withAny(Slot::requestRelease);
    }

    void stopOne() {
        withAny(slot -> slot.requestStop(world.roll(2) == 0 ? null : new SlotFailure("planted", true, null)));
    }

    private void withAny(java.util.function.Consumer<Slot> action) {
        if (!slots.isEmpty()) {
            Slot slot = slots.get(world.roll(slots.size())).slot();
            if (slot != null) {
                action.accept(slot);
            }
        }
    }

    /** The process ends at once; some of what it has sent still arrives, with holes. */
    void crash() {
        dead = true;
        for (int i = world.roll(8); i > 0; i--) {
            sender.deliver(world.roll(1_000), world.roll(4) == 0 ? 0 : 1);
        }
        sender.close();
        slots.clear();
        sinks.clear();
        disks.values().forEach(SimDisk::crash);
    }

    @Override
    public Outcome next(List<LogRecord> records) {
        boolean before = committing;
        committing = true;
        world.others();
        committing = before;
        if (world.strikes(10, "commit of " + this)) {
            Outcome outcome = Outcome.values()[1 + world.roll(Outcome.values().length - 1)];
            world.note(outcome.toString());
            return outcome;
        }
        // Dying does not undo a request that is on its way, and nobody hears the answer.
        return dead ? Outcome.DONE_UNHEARD : Outcome.DONE;
    }

    @Override
    public void written() {
        boolean before = committing;
        committing = true;
        world.others();
        committing = before;
    }

    @Override
    public String toString() {
        return name + "#" + life;
    }
}
