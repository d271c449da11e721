package io.weirflow.worker.service;

import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.FollowerReport;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.ChangelogAge;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.state.StateCorruptException;
import io.weirflow.worker.slot.Replica;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the state of slots that other workers own close to what these commit (rule R11): of those that this worker stands by for, and of those that are
 * about to move here. One thread reads all their changelogs with one reader; the files are opened, written and closed by it, until the slot is this
 * worker's and its replica is {@linkplain #take taken}.
 *
 * <p>A follower that fails is closed and tried again: the slot does not depend on it.
 */
final class Followers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    private static final long WAIT_MS = 50;
    private static final long IDLE_WAIT_MS = 10_000;
    private static final long RETRY_MS = 1_000;

    /** Who catches up rests for the time in which it read, divided by this. With 1, a worker with many slots does not get rid of them in the time that it has to stop. */
    private static final long REST_SHARE = 2;

    /** As long as it takes to find out where a changelog ends, and to begin to read it. */
    private static final long LAST_STEPS_MS = 100;

    private final WorkerId worker;
    private final Supplier<ChangelogTail> opener;
    private final Executor blocking;
    private final LongSupplier clockMs;
    private final Reporter reporter;
    private final Map<SlotId, Follower> wanted = new ConcurrentHashMap<>();
    private final Map<LogPartition, Follower> reading = new HashMap<>();
    private final Semaphore news = new Semaphore(0);
    private @Nullable ChangelogTail tail;
    private @Nullable Thread thread;
    private long tailRetryMs = Long.MIN_VALUE;
    private long lastRoundMs;
    private volatile boolean closed;

    /**
     * @param opener makes the reader; called again after a failure
     * @param blocking does what may take long
     */
    Followers(
            WorkerId worker,
            Supplier<ChangelogTail> opener,
            Executor blocking,
            LongSupplier clockMs,
            Reporter reporter) {
        this.worker = worker;
        this.opener = opener;
        this.blocking = blocking;
        this.clockMs = clockMs;
        this.reporter = reporter;
        this.lastRoundMs = clockMs.getAsLong();
    }

    /** Starts a thread. Without it, a driver calls {@link #doWork}. */
    void start() {
        Thread started = new Thread(this::run, "follow-" + worker.name());
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /**
     * Begins and ends to follow, until those are followed that the control log wants and that are not here anyway. The worker's control thread.
     *
     * @param held whether the slot's files are another's in this process
     */
    void align(ControlBook book, Hosts hosts, Predicate<SlotId> held) {
        for (Follower follower : wanted.values()) {
            if (!goesOn(follower, book)) {
                unfollow(follower.slot());
            }
        }
        for (SlotFollowed decided : book.followed()) {
            SlotId slot = decided.slot();
            boolean fresh = !wanted.containsKey(slot) && !held.test(slot) && !book.owns(slot, worker);
            if (fresh && book.follows(decided, worker)) {
                book.pipeline(slot.pipeline()).flatMap(hosts::of).ifPresent(host -> follow(host, slot));
            }
        }
    }

    /** Whether it is still to be followed, or is about to be opened here, which takes it. One of a former run is neither: its host would keep that of the next away. */
    private boolean goesOn(Follower follower, ControlBook book) {
        boolean ofTheRun = book.pipeline(follower.slot().pipeline())
                .filter(run -> run.instance().equals(follower.host().instance()))
                .isPresent();
        SlotFollowed decided = book.followers(follower.slot());
        return ofTheRun && (book.owns(follower.slot(), worker) || decided != null && book.follows(decided, worker));
    }

    private void follow(PipelineHost host, SlotId slot) {
        host.prepareSoon(slot, blocking);
        wanted.put(slot, new Follower(host, slot, clockMs));
        news.release();
    }

    /** Ends the following of all. The worker's control thread. */
    void unfollowAll() {
        wanted.keySet().forEach(this::unfollow);
    }

    /** When this returns, the slot's files are closed. */
    private void unfollow(SlotId slot) {
        Follower follower = wanted.remove(slot);
        if (follower != null) {
            follower.end();
        }
    }

    /** Returns whether any slot of a pipeline is followed; any thread. */
    boolean any(String pipeline) {
        return wanted.keySet().stream().anyMatch(slot -> slot.pipeline().equals(pipeline));
    }

    /** Returns those that are followed, for people; any thread. */
    List<FollowerView> views() {
        return wanted.values().stream()
                .sorted(Comparator.comparing(Follower::slot))
                .map(one ->
                        new FollowerView(one.slot(), one.host().stage(one.slot()), one.checkpoint(), one.lagRecords()))
                .toList();
    }

    /**
     * Ends the following of a slot that is this worker's now, and returns how far its state has come, if there is any of it; any thread. Waits a moment when it
     * is about to come to the end of the changelog, and nobody else keeps the thread busy.
     *
     * @param changelogEnd where that is, negative when it is not known
     */
    Optional<Replica> take(SlotId slot, long changelogEnd) {
        Follower follower = wanted.get(slot);
        if (follower == null) {
            return Optional.empty();
        }
        Optional<Replica> taken = follower.take(changelogEnd, goesRoundFast() ? LAST_STEPS_MS : 0);
        wanted.remove(slot, follower);
        return taken;
    }

    /** Not while it opens files, or reads what somebody lacks. */
    private boolean goesRoundFast() {
        return thread != null && wanted.values().stream().noneMatch(Follower::isFarBehind);
    }

    /** Returns what is to be said of all again and again; any thread. */
    Stream<FleetRecord> reports() {
        return wanted.values().stream().map(this::report);
    }

    private FleetRecord report(Follower follower) {
        return new FollowerReport(
                worker, follower.slot(), follower.host().instance(), follower.checkpoint(), follower.lagRecords());
    }

    private void run() {
        while (!closed) {
            long beganMs = clockMs.getAsLong();
            int records = doWork(WAIT_MS);
            if (records == 0 && reading.isEmpty()) {
                // For a moment only when there is something that could not be opened yet.
                await(wanted.isEmpty() ? IDLE_WAIT_MS : WAIT_MS);
            } else if (records > 0 && catchesUp()) {
                // Rows of other slots wait for these processors and this broker, nobody for this.
                await(Math.min((clockMs.getAsLong() - beganMs) / REST_SHARE, WAIT_MS));
            }
        }
        closeTail();
    }

    private boolean catchesUp() {
        return reading.values().stream().anyMatch(follower -> !follower.caughtUp());
    }

    /** Waits, or until there is something new to follow. */
    private void await(long ms) {
        try {
            boolean unused = news.tryAcquire(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        news.drainPermits();
    }

    /** One round: opens and closes, and takes what was committed. Returns how much was read. */
    int doWork(long maxWaitMs) {
        long nowMs = clockMs.getAsLong();
        noteTime(nowMs);
        if (nowMs < tailRetryMs) {
            return 0;
        }
        try {
            forgetEnded();
            wanted.values().stream().filter(one -> one.mayOpen(nowMs)).forEach(one -> open(one, nowMs));
            ChangelogTail current = tail;
            if (reading.isEmpty() || current == null) {
                return 0;
            }
            int records = current.poll(maxWaitMs, this::record);
            noteProgress(current);
            return records;
        } catch (LogException | LogUnavailableException e) {
            LOG.atWarn()
                    .addKeyValue("worker", worker)
                    .addKeyValue("reason", e.getMessage())
                    .log("Changelogs cannot be followed; trying again");
            restart(nowMs + RETRY_MS);
            return 0;
        }
    }

    /** This process stood still for so long that the changelogs may not tell of all that was deleted meanwhile. Opened again, the copies are found to be too old. */
    private void noteTime(long nowMs) {
        if (nowMs - lastRoundMs > ChangelogAge.COPY_IS_OF_USE.toMillis()) {
            restart(nowMs);
        }
        lastRoundMs = nowMs;
    }

    private void forgetEnded() {
        List<LogPartition> ended = new ArrayList<>();
        reading.forEach((changelog, follower) -> {
            if (follower.replica().isEmpty()) {
                ended.add(changelog);
            }
        });
        ended.forEach(this::forget);
    }

    private void forget(LogPartition changelog) {
        reading.remove(changelog);
        ChangelogTail current = tail;
        if (current != null) {
            current.stop(changelog);
        }
    }

    private void open(Follower follower, long nowMs) {
        try {
            follower.open();
            follower.replica().ifPresent(replica -> {
                tail().start(replica.changelog(), replica.position());
                reading.put(replica.changelog(), follower);
            });
        } catch (RuntimeException e) {
            failed(follower, nowMs, e);
        }
    }

    private ChangelogTail tail() {
        ChangelogTail current = tail;
        if (current == null) {
            current = opener.get();
            tail = current;
        }
        return current;
    }

    private void record(LogPartition changelog, long offset, byte[] key, byte @Nullable [] value) {
        Follower follower = reading.get(changelog);
        if (follower == null) {
            return;
        }
        try {
            follower.record(offset, key, value);
        } catch (RuntimeException e) {
            failed(follower, clockMs.getAsLong(), e);
        }
    }

    private void noteProgress(ChangelogTail current) {
        reading.forEach((changelog, follower) -> {
            boolean before = follower.caughtUp();
            try {
                follower.reached(current.position(changelog), current.lag(changelog));
            } catch (RuntimeException e) {
                failed(follower, clockMs.getAsLong(), e);
            }
            if (follower.caughtUp() && !before) {
                LOG.atInfo().addKeyValue("slot", follower.slot()).log("The slot's state is at hand");
                reporter.soon(report(follower));
            }
        });
    }

    private void failed(Follower follower, long nowMs, RuntimeException problem) {
        LOG.atWarn()
                .addKeyValue("slot", follower.slot())
                .addKeyValue("reason", problem.getMessage())
                .log("The slot's state cannot be followed; trying again");
        LOG.atDebug().addKeyValue("slot", follower.slot()).setCause(problem).log("Where following has failed");
        follower.fail(nowMs + RETRY_MS, problem instanceof StateCorruptException);
    }

    private void restart(long retryMs) {
        closeTail();
        reading.values().forEach(follower -> follower.fail(retryMs, false));
        reading.clear();
        tailRetryMs = retryMs;
    }

    private void closeTail() {
        ChangelogTail current = tail;
        tail = null;
        if (current != null) {
            current.close();
        }
    }

    /** Ends the thread, unless that takes long, and closes all files. */
    @Override
    public void close() {
        closed = true;
        news.release();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        unfollowAll();
    }
}
