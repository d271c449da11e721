package io.weirflow.worker.service;

import io.weirflow.api.connector.SecretResolver;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.worker.connect.Connectors;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: follows the control log, holds the slots that it is assigned, reports to the fleet topic. It decides nothing and needs no
 * coordinator to go on with what it has.
 *
 * <p>Threads: one of its own for control; {@link SlotThread}s run the slots; a pool opens them and completes sinks, since that blocks; one keeps
 * the state of other workers' slots at hand, and one hears how far these have come.
 */
public final class Worker implements WorkerStatus, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final long CONTROL_WAIT_MS = 50;
    private static final long STOP_TIMEOUT_MS = 5_000;

    private final WorkerSettings settings;
    private final WorkerLogs logs;
    private final LongSupplier clockMs;
    private final FrameSender sender;
    private final List<SlotThread> slotThreads;
    private final ExecutorService openers;
    private final Thread thread;
    private final CountDownLatch drained = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final ControlBook book = new ControlBook();
    private final Reporter reporter;
    private final HeardPositions heard;
    private final Hosts hosts;
    private final PositionReports positions;
    private final Followers followers;
    private final HeldSlots slots;
    private final SinkCompletion sinks;
    private final Leaving leaving;
    private volatile boolean caughtUp;
    private volatile boolean leaves;
    private volatile boolean draining;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable ControlLogReader controlLog;
    private boolean reachable = true;

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
        this.clockMs = clockMs;
        this.sender = logs.openFrameSender();
        this.reporter = new Reporter(settings, logs.openFleet(), this::wake);
        this.slotThreads = IntStream.range(0, settings.threads())
                .mapToObj(i -> crew.slotThread(
                        "slots-" + settings.id().name() + "-" + i,
                        logs.openInboxReader(settings.id().name() + "-" + i),
                        clockMs))
                .toList();
        this.openers = crew.openers(settings.id().name());
        this.heard = new HeardPositions(settings.id(), logs::openFleetReader, crew::run);
        this.hosts = new Hosts(run -> new PipelineHost(
                run, settings, logs, sender, heard.of(run.instance()), connectors, secrets, crew, plugins));
        this.positions = new PositionReports(settings.id(), hosts);
        this.followers = new Followers(settings.id(), logs::openChangelogTail, openers, clockMs, reporter);
        crew.run(followers);
        this.slots = new HeldSlots(settings.id(), book, hosts, slotThreads, openers, followers, reporter, clockMs);
        this.sinks = new SinkCompletion(settings.id(), openers, reporter);
        this.leaving = new Leaving(settings.id());
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
        return slots.views();
    }

    @Override
    public List<FollowerView> followers() {
        return followers.views();
    }

    /** Returns why this worker has ended by itself, if it has: a bug, or a control log that it cannot read; any thread. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** There is something to report: the control thread need not wait for a decision. */
    private void wake() {
        ControlLogReader waitsIn = controlLog;
        if (waitsIn != null) {
            waitsIn.wake();
        }
    }

    private void run() {
        ControlLogReader control = logs.openControlLog();
        controlLog = control;
        try {
            while (!closed) {
                doWork(control, CONTROL_WAIT_MS);
            }
        } catch (Throwable e) {
            failure = e;
            LOG.atError().addKeyValue("worker", id()).setCause(e).log("The worker has failed");
        } finally {
            controlLog = null;
            control.close();
            left.countDown();
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
            giveUpLeaving();
        }
        reporter.report(clockMs.getAsLong(), !draining, () -> positions.moved(slots.all()), this::standing);
    }

    /** How everything is: what is to be said again and again. */
    private Stream<FleetRecord> standing() {
        return Stream.of(slots.reports(), followers.reports(), sinks.reports(), positions.again())
                .flatMap(reports -> reports);
    }

    /**
     * Has the slots moved to other workers, live, if there are any that take them; call {@link #close()} afterwards. Blocks until that is done, or does
     * not go on.
     *
     * @param timeoutMs how long at most
     */
    public void leave(long timeoutMs) {
        beginToLeave();
        try {
            if (thread.isAlive() && !left.await(timeoutMs, TimeUnit.MILLISECONDS)) {
                LOG.atWarn().addKeyValue("worker", id()).log("Not all slots were taken over in time; they are let go");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says that it takes nothing more; its slots go on until others have them. */
    void beginToLeave() {
        leaves = true;
        reporter.takeNothing();
    }

    /** Returns whether nothing moves from here any more, since it was told to leave. */
    boolean hasLeft() {
        return left.getCount() == 0;
    }

    /** While Kafka is away nothing moves. */
    private void giveUpLeaving() {
        if (leaves) {
            left.countDown();
        }
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
        slots.stopUnwanted(draining);
        if (draining) {
            followers.unfollowAll();
            if (slots.all().isEmpty()) {
                drained.countDown();
            }
        } else {
            slots.startWanted();
            slots.stopInOrder();
            slots.upgradeOutdated();
            slots.triggerCheckpoints();
            followers.align(book, hosts, slots::holds);
            completeSinks();
        }
        if (leaves && leaving.done(book, slots.all(), clockMs.getAsLong())) {
            left.countDown();
        }
        closeHosts();
        slots.publish();
        caughtUp = true;
    }

    private void completeSinks() {
        for (HeldSlot slot : slots.all()) {
            hosts.ofPipeline(slot.id().pipeline()).ifPresent(host -> sinks.completeIfDue(slot, host, book));
        }
    }

    private void closeHosts() {
        for (PipelineHost host : hosts.retire(this::useless)) {
            sinks.forget(host.instance());
            heard.forget(host.instance());
            openers.execute(host::close);
        }
    }

    private boolean useless(PipelineHost host) {
        boolean used = slots.any(host.pipeline()) || followers.any(host.pipeline());
        boolean wanted = book.slots().stream()
                .anyMatch(slot -> slot.slot().pipeline().equals(host.pipeline()) && book.wants(slot, id()));
        boolean outdated = book.pipeline(host.pipeline())
                .filter(admitted -> admitted.instance().equals(host.instance()))
                .isEmpty();
        return !used && (!wanted || draining || outdated);
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
            reporter.left();
        }
        sender.close();
        reporter.close();
    }

    /** Stops at once, without committing or saying so, as if the process had died: for tests. The state stays open to be fenced. */
    void abandon() {
        closed = true;
        join();
        boolean unused = stopThreads();
        sender.close();
        reporter.close();
    }

    /** Stops what opens and runs slots and what commits for them; false when some of it is still at work. */
    private boolean stopThreads() {
        openers.shutdown();
        followers.close();
        heard.close();
        boolean ended = true;
        try {
            ended = openers.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SlotThread slotThread : slotThreads) {
            ended &= slotThread.stop();
        }
        slots.close();
        for (PipelineHost host : hosts.all()) {
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
