package io.weirflow.worker.service;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SecretResolver;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.StateException;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.slot.Slot;
import io.weirflow.worker.slot.SlotFailure;
import io.weirflow.worker.slot.SlotMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: follows the control log, holds the slots that it is assigned, reports to the fleet topic. It decides nothing and needs no
 * coordinator to go on with what it has.
 *
 * <p>Threads: one of its own for control; {@link SlotThread}s run the slots; a pool opens them and completes sinks, since that blocks.
 */
public final class Worker implements WorkerStatus, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final long CONTROL_WAIT_MS = 50;
    private static final int REPORT_EVERY_HEARTBEATS = 4;
    private static final long STOP_TIMEOUT_MS = 5_000;

    private final WorkerSettings settings;
    private final WorkerLogs logs;
    private final Connectors connectors;
    private final SecretResolver secrets;
    private final Crew crew;
    private final ClassLoader plugins;
    private final LongSupplier clockMs;
    private final FrameSender sender;
    private final FleetAppender fleet;
    private final List<SlotThread> slotThreads;
    private final ExecutorService openers;
    private final Thread thread;
    private final CountDownLatch drained = new CountDownLatch(1);
    private final ControlBook book = new ControlBook();
    private final Map<SlotId, HeldSlot> held = new TreeMap<>();
    private final Map<SlotId, Counted> counted = new ConcurrentSkipListMap<>();
    private final Map<String, PipelineHost> hosts = new HashMap<>();
    private final Map<String, Long> checkpointsSeen = new HashMap<>();
    private final Set<String> completing = ConcurrentHashMap.newKeySet();
    private final Queue<FleetRecord> reports = new ConcurrentLinkedQueue<>();
    private final Queue<FleetRecord.SinksCompleted> completed = new ConcurrentLinkedQueue<>();
    private volatile List<HeldSlot> view = List.of();
    private volatile boolean caughtUp;
    private volatile boolean draining;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private boolean reachable = true;
    private long heartbeats;
    private long nextHeartbeatMs;

    /** What a slot of one run of a pipeline has counted in this process, over all the times that it was held. */
    private record Counted(String instance, StagePlan stage, SlotMetrics metrics) {}

    /**
     * @param clockMs milliseconds of a clock that never goes back
     * @param plugins finds users' operators
     */
    public Worker(
            WorkerSettings settings,
            WorkerLogs logs,
            Connectors connectors,
            SecretResolver secrets,
            RocksDbRuntime states,
            ClassLoader plugins,
            LongSupplier clockMs) {
        this(settings, logs, connectors, secrets, new ThreadCrew(settings.stateDir(), states), plugins, clockMs);
    }

    Worker(
            WorkerSettings settings,
            WorkerLogs logs,
            Connectors connectors,
            SecretResolver secrets,
            Crew crew,
            ClassLoader plugins,
            LongSupplier clockMs) {
        this.settings = settings;
        this.logs = logs;
        this.connectors = connectors;
        this.secrets = secrets;
        this.crew = crew;
        this.plugins = plugins;
        this.clockMs = clockMs;
        this.sender = logs.openFrameSender();
        this.fleet = logs.openFleet();
        this.slotThreads = IntStream.range(0, settings.threads())
                .mapToObj(i -> crew.slotThread(
                        "slots-" + settings.id().name() + "-" + i,
                        logs.openInboxReader(settings.id().name() + "-" + i),
                        clockMs))
                .toList();
        this.openers = crew.openers(settings.id().name());
        this.thread = new Thread(this::run, "worker-" + settings.id().name());
        thread.setDaemon(true);
    }

    /** Starts to work. Called once. */
    public void start() {
        thread.start();
    }

    @Override
    public WorkerId id() {
        return settings.id();
    }

    @Override
    public boolean live() {
        return !closed && thread.isAlive() && slotThreads.stream().allMatch(SlotThread::alive);
    }

    @Override
    public boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public boolean draining() {
        return draining;
    }

    @Override
    public List<SlotView> slots() {
        long nowMs = clockMs.getAsLong();
        Map<SlotId, HeldSlot> now = new HashMap<>();
        view.forEach(slot -> now.put(slot.id(), slot));
        List<SlotView> slots = new ArrayList<>();
        counted.forEach((id, counts) -> slots.add(view(id, counts, now.get(id), nowMs)));
        return slots;
    }

    private static SlotView view(SlotId id, Counted counts, @Nullable HeldSlot slot, long nowMs) {
        long checkpointedAtMs = counts.metrics().checkpointedAtMs();
        return new SlotView(
                id,
                counts.stage(),
                slot == null ? new SlotStatus.Released() : slot.status(),
                slot == null ? -1 : slot.openingMs(nowMs),
                checkpointedAtMs == Long.MIN_VALUE ? -1 : Math.max(0, nowMs - checkpointedAtMs),
                counts.metrics());
    }

    /** Returns why this worker has ended by itself, if it has: a bug, or a control log that it cannot read; any thread. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        ControlLogReader control = logs.openControlLog();
        try {
            while (!closed) {
                doWork(control, CONTROL_WAIT_MS);
            }
        } catch (Throwable e) {
            failure = e;
            LOG.atError().addKeyValue("worker", id()).setCause(e).log("The worker has failed");
        } finally {
            control.close();
            drained.countDown();
        }
    }

    /** One round: hears decisions, does as they say, reports. The worker's thread does this over and over, in a simulation a driver. */
    void doWork(ControlLogReader control, long maxWaitMs) {
        try {
            control.poll(maxWaitMs).forEach(book::replay);
            if (control.caughtUp()) {
                follow();
            }
            if (!reachable) {
                LOG.atWarn().addKeyValue("worker", id()).log("Kafka is back");
            }
            reachable = true;
        } catch (LogUnavailableException e) {
            if (reachable) {
                LOG.atWarn()
                        .addKeyValue("worker", id())
                        .addKeyValue("reason", e.getMessage())
                        .log("Kafka cannot be reached; waiting for it, nothing is lost");
            }
            reachable = false;
        }
        report();
    }

    /** Begins to release all slots, and takes no more. */
    void drain() {
        draining = true;
    }

    /** Returns whether all slots are released. */
    boolean drained() {
        return drained.getCount() == 0;
    }

    private void follow() {
        stopUnwanted();
        if (draining) {
            if (held.isEmpty()) {
                drained.countDown();
            }
        } else {
            startWanted();
            triggerCheckpoints();
            completeSinks();
        }
        closeHosts();
        view = List.copyOf(held.values());
        caughtUp = true;
    }

    private void stopUnwanted() {
        for (HeldSlot slot : List.copyOf(held.values())) {
            SlotAssigned assigned = book.slot(slot.id());
            boolean wanted = assigned != null && book.wants(assigned, id()) && !draining;
            boolean current = assigned != null && assigned.epoch().equals(slot.epoch());
            if (wanted && current) {
                continue;
            }
            if (!slot.gone()) {
                slot.stop(!wanted);
            } else {
                held.remove(slot.id());
                LeaseEpoch epoch = assigned == null ? slot.epoch() : assigned.epoch();
                boolean sameFailed = current && slot.status() instanceof SlotStatus.Failed;
                if (!wanted && !sameFailed) {
                    reports.add(new FleetRecord.SlotReport(id(), slot.id(), epoch, new SlotStatus.Released()));
                }
            }
        }
    }

    private void startWanted() {
        for (SlotAssigned assigned : book.slots()) {
            if (book.wants(assigned, id()) && !held.containsKey(assigned.slot())) {
                start(assigned);
            }
        }
    }

    private void start(SlotAssigned assigned) {
        PipelineAdmitted admitted = book.pipeline(assigned.slot().pipeline()).orElseThrow(IllegalStateException::new);
        PipelineHost host = hosts.get(admitted.name());
        if (host != null && !host.instance().equals(admitted.instance())) {
            return; // The slots of the former run are still on their way out.
        }
        if (host == null) {
            host = new PipelineHost(admitted, settings, logs, sender, connectors, secrets, crew, plugins);
            hosts.put(admitted.name(), host);
        }
        SlotThread runner = ThreadChoice.of(assigned.slot(), slotThreads, threadsOfHeld());
        SlotMetrics counts = countsOf(assigned.slot(), admitted);
        HeldSlot slot =
                new HeldSlot(assigned.slot(), assigned.epoch(), runner, counts, clockMs.getAsLong(), this::report);
        held.put(assigned.slot(), slot);
        PipelineHost opener = host;
        openers.execute(() -> open(opener, assigned, slot, counts));
    }

    private Map<SlotId, SlotThread> threadsOfHeld() {
        Map<SlotId, SlotThread> threads = new HashMap<>();
        held.forEach((id, slot) -> threads.put(id, slot.thread()));
        return threads;
    }

    private SlotMetrics countsOf(SlotId slot, PipelineAdmitted admitted) {
        Counted before = counted.get(slot);
        if (before != null && before.instance().equals(admitted.instance())) {
            return before.metrics();
        }
        // Another run may have other steps under the same numbers.
        SlotMetrics counts = new SlotMetrics();
        counted.put(slot, new Counted(admitted.instance(), admitted.plan().stage(slot.stage()), counts));
        return counts;
    }

    private void open(PipelineHost host, SlotAssigned assigned, HeldSlot slot, SlotMetrics counts) {
        try {
            long beginMs = clockMs.getAsLong();
            Slot opened = host.open(assigned, counts, slot);
            long nowMs = clockMs.getAsLong();
            counts.restored(nowMs, nowMs - beginMs);
            slot.opened(opened);
        } catch (SlotFailure e) {
            slot.failed(e);
        } catch (ConnectorException e) {
            slot.failed(String.valueOf(e.getMessage()), e.retriable(), e);
        } catch (LogException e) {
            slot.failed(String.valueOf(e.getMessage()), e.kind() != LogException.Kind.FATAL, e);
        } catch (StateException | LogUnavailableException e) {
            slot.failed(String.valueOf(e.getMessage()), true, e);
        } catch (Throwable e) {
            // Also what a user's class throws while it is loaded: a slot about which nothing is said would never be
            // tried again.
            LOG.atError().addKeyValue("slot", assigned.slot()).setCause(e).log("The slot cannot be opened");
            slot.failed("the slot cannot be opened: " + e, false, e);
        }
    }

    private void triggerCheckpoints() {
        for (PipelineAdmitted pipeline : book.pipelines()) {
            long number = book.checkpoint(pipeline.name());
            Long seen = checkpointsSeen.put(pipeline.name(), number);
            if (seen != null && seen != number) {
                held.values().stream()
                        .filter(slot -> slot.id().pipeline().equals(pipeline.name()))
                        .forEach(HeldSlot::requestCheckpoint);
            }
        }
    }

    private void completeSinks() {
        for (HeldSlot slot : held.values()) {
            SlotId id = slot.id();
            PipelineHost host = hosts.get(id.pipeline());
            boolean due = id.partition() == 0
                    && book.phase(id.pipeline())
                            .filter(Phase.COMPLETING::equals)
                            .isPresent();
            if (due && host != null && completing.add(host.instance() + "/" + id.stage())) {
                openers.execute(() -> completeSinks(host, slot));
            }
        }
    }

    private void completeSinks(PipelineHost host, HeldSlot slot) {
        try {
            host.completeSinks(slot.id().stage());
            FleetRecord.SinksCompleted report = new FleetRecord.SinksCompleted(
                    id(), slot.id().pipeline(), host.instance(), slot.id().stage());
            completed.add(report);
            reports.add(report);
        } catch (RuntimeException e) {
            boolean retriable = !(e instanceof ConnectorException problem) || problem.retriable();
            completing.remove(host.instance() + "/" + slot.id().stage());
            slot.fail("the sinks cannot be completed: " + e.getMessage(), retriable, e);
        }
    }

    private void closeHosts() {
        for (String pipeline : List.copyOf(hosts.keySet())) {
            boolean used = held.keySet().stream().anyMatch(id -> id.pipeline().equals(pipeline));
            boolean wanted = book.slots().stream()
                    .anyMatch(slot -> slot.slot().pipeline().equals(pipeline) && book.wants(slot, id()));
            PipelineHost host = hosts.get(pipeline);
            if (host == null || used) {
                continue;
            }
            boolean outdated = book.pipeline(pipeline)
                    .filter(admitted -> admitted.instance().equals(host.instance()))
                    .isEmpty();
            if (!wanted || draining || outdated) {
                hosts.remove(pipeline);
                completing.removeIf(stage -> stage.startsWith(host.instance() + "/"));
                completed.removeIf(report -> report.instance().equals(host.instance()));
                openers.execute(host::close);
            }
        }
    }

    /** Something has changed that should be reported without delay; any thread. */
    private void report(HeldSlot slot) {
        reports.add(new FleetRecord.SlotReport(id(), slot.id(), slot.epoch(), slot.status()));
    }

    private void report() {
        for (FleetRecord report = reports.poll(); report != null; report = reports.poll()) {
            fleet.append(report);
        }
        long nowMs = clockMs.getAsLong();
        if (nowMs < nextHeartbeatMs) {
            return;
        }
        nextHeartbeatMs = nowMs + settings.heartbeatMs();
        heartbeats++;
        if (!draining) {
            fleet.append(new FleetRecord.WorkerHeartbeat(id(), heartbeats, settings.scope()));
        }
        if (heartbeats % REPORT_EVERY_HEARTBEATS == 0) {
            held.values()
                    .forEach(slot ->
                            fleet.append(new FleetRecord.SlotReport(id(), slot.id(), slot.epoch(), slot.status())));
            released().forEach(fleet::append);
            completed.forEach(fleet::append);
        }
    }

    /**
     * Returns the reports that this worker has let go of what is to be let go of. They are repeated, because one may be lost, and because the slot
     * may have failed, or this worker may have died, before it was told to let go.
     */
    private List<FleetRecord> released() {
        return book.slots().stream()
                .filter(assigned -> assigned.worker().equals(id())
                        && !held.containsKey(assigned.slot())
                        && !book.wants(assigned, id()))
                .<FleetRecord>map(assigned ->
                        new FleetRecord.SlotReport(id(), assigned.slot(), assigned.epoch(), new SlotStatus.Released()))
                .toList();
    }

    /** Releases all slots, everything committed, and ends. Blocks for as long as that takes, up to the drain timeout. */
    @Override
    public void close() {
        close(settings.drainTimeoutMs());
    }

    /**
     * {@link #close()} with another timeout. A second call does nothing.
     *
     * @param drainTimeoutMs how long to wait for slots to commit; 0 when they cannot, since the log is gone
     */
    public void close(long drainTimeoutMs) {
        if (closed) {
            return;
        }
        drain();
        try {
            if (thread.isAlive() && !drained.await(drainTimeoutMs, TimeUnit.MILLISECONDS)) {
                LOG.atWarn()
                        .addKeyValue("worker", id())
                        .log("Slots did not commit in time; they go on from their last checkpoint");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closed = true;
        join();
        // Only when nothing can commit any more may others be told that the slots are free.
        boolean ended = stopThreads();
        if (ended) {
            fleet.append(new FleetRecord.WorkerLeft(id()));
        }
        sender.close();
        fleet.close();
    }

    /** Stops at once, without committing or saying so, as if the process had died: for tests. The state stays open to be fenced. */
    void abandon() {
        closed = true;
        join();
        boolean unused = stopThreads();
        sender.close();
        fleet.close();
    }

    /** Stops what opens and runs slots and what commits for them; false when some of it is still at work. */
    private boolean stopThreads() {
        openers.shutdown();
        boolean ended = true;
        try {
            ended = openers.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SlotThread slotThread : slotThreads) {
            ended &= slotThread.stop();
        }
        for (PipelineHost host : hosts.values()) {
            ended &= host.stop();
        }
        return ended;
    }

    private void join() {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
