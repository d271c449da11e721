package io.weirflow.worker.service;

import io.weirflow.api.KafkaAccess;
import io.weirflow.connectors.format.JsonFormat;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.state.StateBackend;
import io.weirflow.testkit.log.CommitFaults;
import io.weirflow.testkit.log.MemoryChangelogTail;
import io.weirflow.testkit.log.MemoryFrameSender;
import io.weirflow.testkit.log.MemoryInboxReader;
import io.weirflow.testkit.log.MemoryLease;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.service.FleetDoubles.Altered;
import io.weirflow.worker.sim.Violation;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.sink.OutsideSink;
import io.weirflow.worker.sink.SinkRunner;
import io.weirflow.worker.slot.HighWaterMarkReader;
import io.weirflow.worker.slot.LocalStates;
import io.weirflow.worker.slot.SimDisk;
import io.weirflow.worker.slot.SimPlan;
import io.weirflow.worker.slot.SlotSettings;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A worker process in one life: the worker as it is, with a driver in the place of its threads, and disks that outlive it. */
final class FleetProcess implements Crew, CommitFaults {

    private static final SlotSettings SLOTS =
            new SlotSettings(3, 4 << 20, 400, 600, 4_000, Long.MAX_VALUE, 200, 400, 6, 3);

    /** Of frames of some dozens of bytes. */
    private static final long SMALL_INBOX_BYTES = 300;

    private static final int THREADS = 2;

    /** Code has no state, so what all workers of all seeds need is compiled once. */
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler();

    private static final long HEARTBEAT_MS = 100;
    private static final long LEAVE_TIMEOUT_MS = 3_000;

    private final FleetWorld world;
    private final WorkerId id;
    private final Map<SlotId, SimDisk> disks;
    private final MemoryFrameSender sender;
    private final List<MemoryInboxReader> readers = new ArrayList<>();
    private final List<SlotThread> threads = new ArrayList<>();
    private final List<Committer> committers = new ArrayList<>();
    private final List<OutsideSink> sinks = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Worker worker;
    private final ControlLogReader control;
    private final FollowerDoubles doubles;
    private final List<MemoryChangelogTail> tails = new ArrayList<>();
    private @Nullable Followers followers;
    private @Nullable HeardPositions positions;
    private @Nullable MemoryLease held;
    private final Set<OutsideSink> busy = new HashSet<>();
    private boolean committing;
    private boolean dead;
    private long leavesUntilMs = Long.MAX_VALUE;
    private boolean draining;
    private long pausedUntilMs;
    private long silentUntilMs;
    private long skewMs;

    FleetProcess(FleetWorld world, WorkerId id, Map<SlotId, SimDisk> disks) {
        this.world = world;
        this.id = id;
        this.disks = disks;
        this.sender = new MemoryFrameSender(world.log);
        this.doubles = new FollowerDoubles(world.bug(), world.log);
        WorkerSettings settings = new WorkerSettings(
                id,
                Path.of("."),
                THREADS,
                HEARTBEAT_MS,
                1_000,
                1L << 20,
                1L << 20,
                64L << 20,
                world.smallInboxes() ? SLOTS.withInboxLimit(SMALL_INBOX_BYTES) : SLOTS,
                WorkerScope.ALL);
        Logs logs = new Logs();
        this.worker = new Worker(
                settings,
                logs,
                new Connectors(List.of(world.outside, world.inside, world.effects), List.of(new JsonFormat())),
                any -> {
                    throw new IllegalStateException("no secrets here");
                },
                this,
                FleetProcess.class.getClassLoader(),
                () -> world.nowMs() + skewMs);
        this.control = logs.openControlLog();
        logs.following = false;
    }

    WorkerId id() {
        return id;
    }

    Map<SlotId, SimDisk> disks() {
        return disks;
    }

    boolean dead() {
        return dead;
    }

    void pause(long untilMs) {
        pausedUntilMs = untilMs;
    }

    /** It goes on, and the coordinators hear nothing of it. */
    void silence(long untilMs) {
        silentUntilMs = untilMs;
    }

    boolean paused() {
        return world.nowMs() < pausedUntilMs;
    }

    void jump(long byMs) {
        skewMs += byMs;
    }

    /** As SIGTERM does: what can be moved is moved, the rest is let go. */
    void leave() {
        leavesUntilMs = Math.min(leavesUntilMs, world.nowMs() + LEAVE_TIMEOUT_MS);
        worker.beginToLeave();
    }

    void drain() {
        draining = true;
        worker.drain();
    }

    /** One of the things that the process would do next. The network does its part also while the process is paused. */
    void drive() {
        switch (world.roll(14)) {
            case 0, 1 -> deliver();
            case 2 -> answer();
            default -> {
                if (!paused()) {
                    work();
                }
            }
        }
    }

    private void work() {
        switch (world.roll(11)) {
            case 10 -> follow();
            case 0, 1 -> control();
            case 2, 3, 4, 5 -> slots();
            case 6, 7 -> task();
            case 8 -> commit();
            default -> sink();
        }
    }

    private void control() {
        hear();
        worker.doWork(control, 0);
        if (!draining && leavesUntilMs < Long.MAX_VALUE && (worker.hasLeft() || world.nowMs() > leavesUntilMs)) {
            drain();
        }
        if (draining && worker.drained() && !committing) {
            worker.close(0);
            world.ended(this);
        }
    }

    private void hear() {
        HeardPositions mine = positions;
        if (mine != null && world.hearsOfReceivers()) {
            boolean unused = mine.doWork(0);
        }
    }

    private void slots() {
        readers.forEach(reader -> reader.setMaxRecords(1 + world.roll(3)));
        sender.setCongested(world.roll(15) == 0);
        int unused = threads.get(world.roll(threads.size())).doWork(false);
    }

    private void task() {
        Runnable task = committing ? null : tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    private void commit() {
        if (!committing && !committers.isEmpty()) {
            committing = true;
            int unused = committers.get(world.roll(committers.size())).doWork();
            committing = false;
        }
    }

    private void sink() {
        for (OutsideSink sink : List.copyOf(sinks)) {
            if (!busy.add(sink)) {
                continue;
            }
            try {
                int unused = sink.doWork(world.nowMs() + skewMs);
            } finally {
                busy.remove(sink);
            }
            if (sink.failure() != null && !sink.failureRetriable()) {
                throw new Violation("SinkAtomic", "the sink outside has failed: " + sink.failure());
            }
        }
    }

    private void follow() {
        tails.forEach(tail -> tail.setMaxRecords(1 + world.roll(10)));
        Followers mine = followers;
        if (mine != null) {
            int unused = mine.doWork(0);
        }
    }

    private void deliver() {
        for (int i = world.roll(4); i >= 0; i--) {
            sender.deliver(world.roll(1_000), 1);
        }
    }

    private void answer() {
        for (int i = world.roll(8); i >= 0; i--) {
            sender.answer(world.roll(1_000));
        }
    }

    void lose() {
        sender.deliver(world.roll(1_000), 0);
    }

    void duplicate() {
        sender.deliver(world.roll(1_000), 2);
    }

    /** The process ends at once; some of what it has sent still arrives, with holes. */
    void crash() {
        dead = true;
        for (int i = world.roll(8); i > 0; i--) {
            sender.deliver(world.roll(1_000), world.roll(4) == 0 ? 0 : 1);
        }
        sender.close();
        tasks.clear();
        disks.values().forEach(SimDisk::crash);
    }

    private void checkAlive() {
        if (dead) {
            throw new LogException(LogException.Kind.RETRY, "the process has ended", null);
        }
    }

    @Override
    public SlotThread slotThread(String name, InboxReader reader, LongSupplier clockMs) {
        SlotThread thread = new SlotThread(name, reader, clockMs);
        threads.add(thread);
        return thread;
    }

    @Override
    public ExecutorService openers(String name) {
        return new Openers();
    }

    /** Keeps the tasks for {@link #task}. */
    private final class Openers extends AbstractExecutorService {
        private boolean ended;

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void shutdown() {
            ended = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            ended = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return ended;
        }

        @Override
        public boolean isTerminated() {
            return ended && tasks.isEmpty();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            tasks.forEach(Runnable::run);
            tasks.clear();
            return true;
        }
    }

    @Override
    public Committer committer(String pipeline, Supplier<LeaseLog> opener) {
        Committer committer = Committer.driven(opener);
        committers.add(committer);
        return committer;
    }

    @Override
    public SinkRunner sinks() {
        return sink -> {
            sinks.add(sink);
            return () -> {
                boolean unused = sinks.remove(sink);
                return true;
            };
        };
    }

    @Override
    public void run(Followers newFollowers) {
        followers = newFollowers;
    }

    @Override
    public void run(HeardPositions newPositions) {
        positions = newPositions;
    }

    @Override
    public ExpressionCompiler compiler() {
        return COMPILER;
    }

    @Override
    public LocalStates states(PipelineAdmitted run) {
        return new LocalStates() {
            @Override
            public StateBackend open(SlotId slot) {
                checkAlive();
                return disks.computeIfAbsent(slot, any -> new SimDisk()).open();
            }

            @Override
            public void remove(SlotId slot) {
                checkAlive();
                disks.put(slot, new SimDisk());
            }
        };
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
        if (dead) {
            throw new LogException(LogException.Kind.RETRY, "the process has ended", null);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }

    /** The logs as this process sees them. */
    private final class Logs implements WorkerLogs {
        private boolean following = true;

        @Override
        public KafkaAccess kafka() {
            return KafkaAccess.open("");
        }

        @Override
        public InboxReader openInboxReader(String name) {
            MemoryInboxReader reader = new MemoryInboxReader(world.log);
            readers.add(reader);
            return switch (world.bug()) {
                case R4_HIGH_WATER_MARK -> new HighWaterMarkReader(world.log, reader);
                case R8_LAST_RESULT_WINS -> new Altered(reader, FleetDoubles.lastResults(world.log));
                case R8_CLOCK_OF_THE_READER -> new Altered(reader, FleetDoubles.clocked(() -> world.nowMs() + skewMs));
                case SAVEPOINT_TIME_OF_OTHER_RUNS ->
                    new Altered(reader, new FleetDoubles.TimeOfOtherRuns(world::newestRun));
                case STOP_NOT_CAUGHT_UP -> new FleetDoubles.HastyReader(reader);
                default -> reader;
            };
        }

        @Override
        public FrameSender openFrameSender() {
            return new FleetDoubles.Sender(sender, world.bug());
        }

        @Override
        public LeaseLog openLease(String transactionalId) {
            checkAlive();
            MemoryLease lease = new MemoryLease(world.log, transactionalId, FleetProcess.this);
            held = lease;
            return new FleetDoubles.Lease(lease, world.bug(), world.log, world.checkpoints());
        }

        @Override
        public ChangelogReader changelogs() {
            String lease = Names.leaseTransactionalId(SimPlan.NAME, id.name());
            ChangelogReader real = doubles.rest(
                    FleetDoubles.changelogs(world.log.changelogs(), world.bug(), world.log, world::newestVersion));
            return (partition, from, handler) -> {
                checkAlive();
                long next = real.read(partition, from, handler);
                // One that has lost its lease and does not know reads in vain: it cannot commit.
                if (held != null && held.held()) {
                    world.checkers().opened(partition, lease);
                }
                return next;
            };
        }

        @Override
        public ChangelogTail openChangelogTail() {
            checkAlive();
            MemoryChangelogTail tail = new MemoryChangelogTail(world.log);
            tails.add(tail);
            return doubles.tail(tail);
        }

        @Override
        public ControlLogReader openControlLog() {
            if (!following && world.bug() == Bug.R7_OWNERSHIP_NOT_ASKED_AGAIN) {
                return new FleetLog.Nothing();
            }
            ControlLogReader reader = world.fleetLog.reader();
            if (!following && world.bug() == Bug.R14_START_FORGOTTEN) {
                return world.fleetLog.without(reader, ControlRecord.InboxesTrimmed.class);
            }
            if (!following && world.bug() == Bug.R11_END_OF_OLD_DECISION) {
                return world.fleetLog.ageless(reader, id);
            }
            if (following && world.bug() == Bug.R12_PASSED_OVER_BY_ONE && world.roll(3) == 0) {
                return world.fleetLog.poisoning(reader, true);
            }
            if (following && world.bug() == Bug.R12_CHANGED_WHERE_OTHERS_PASS && world.roll(3) == 0) {
                return world.fleetLog.poisoning(reader, false);
            }
            return following && world.bug() == Bug.R7_RELEASED_TOO_EARLY
                    ? world.fleetLog.hasty(reader, this::early)
                    : reader;
        }

        private void early(SlotAssigned assigned) {
            if (assigned.revoked() && assigned.worker().equals(id)) {
                world.fleetLog
                        .reports()
                        .append(new FleetRecord.SlotReport(
                                id, assigned.slot(), assigned.epoch(), new SlotStatus.Released()));
            }
        }

        @Override
        public FleetReader openFleetReader() {
            checkAlive();
            return world.fleetLog.openFleet();
        }

        @Override
        public FleetAppender openFleet() {
            FleetAppender real = world.fleetLog.reports();
            return new FleetAppender() {
                @Override
                public void append(FleetRecord report) {
                    boolean ofUse = world.smallInboxes() || !(report instanceof FleetRecord.InboxPositions);
                    if (ofUse && !dead && world.nowMs() >= silentUntilMs) {
                        real.append(report);
                    }
                }

                @Override
                public void close() {}
            };
        }
    }
}
