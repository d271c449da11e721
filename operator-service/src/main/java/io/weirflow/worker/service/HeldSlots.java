package io.weirflow.worker.service;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.state.StateException;
import io.weirflow.worker.slot.PoisonedRows;
import io.weirflow.worker.slot.Replica;
import io.weirflow.worker.slot.Slot;
import io.weirflow.worker.slot.SlotFailure;
import io.weirflow.worker.slot.SlotMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots that a worker holds: starts and stops them until they are those that the control log gives it. Everything is the worker's control
 * thread's, but for {@link #views}.
 */
final class HeldSlots {

    private static final Logger LOG = LoggerFactory.getLogger(HeldSlots.class);

    private final WorkerId worker;
    private final ControlBook book;
    private final Hosts hosts;
    private final List<SlotThread> threads;
    private final Executor openers;
    private final Followers followers;
    private final Reporter reporter;
    private final LongSupplier clockMs;
    private final Map<SlotId, HeldSlot> held = new TreeMap<>();
    private final Map<SlotId, Replica> standing = new HashMap<>();
    private final Map<SlotId, LeaseEpoch> begun = new HashMap<>();
    private final UpgradeTurns turns = new UpgradeTurns();
    private final Map<SlotId, Counted> counted = new ConcurrentSkipListMap<>();
    private final Map<String, Long> checkpointsSeen = new HashMap<>();
    private volatile List<HeldSlot> published = List.of();

    /** What a slot of one run of a pipeline has counted in this process, over all the times that it was held. */
    private record Counted(String instance, StagePlan stage, SlotMetrics metrics) {}

    /** @param openers may block */
    HeldSlots(
            WorkerId worker,
            ControlBook book,
            Hosts hosts,
            List<SlotThread> threads,
            Executor openers,
            Followers followers,
            Reporter reporter,
            LongSupplier clockMs) {
        this.worker = worker;
        this.book = book;
        this.hosts = hosts;
        this.threads = threads;
        this.openers = openers;
        this.followers = followers;
        this.reporter = reporter;
        this.clockMs = clockMs;
    }

    Collection<HeldSlot> all() {
        return held.values();
    }

    boolean holds(SlotId slot) {
        return held.containsKey(slot);
    }

    /** Returns whether it holds anything of a pipeline. */
    boolean any(String pipeline) {
        return held.keySet().stream().anyMatch(id -> id.pipeline().equals(pipeline));
    }

    /** Stops what is not to run here, or not under this epoch, and says of what has stopped that it is released. */
    void stopUnwanted(boolean draining) {
        for (HeldSlot slot : List.copyOf(held.values())) {
            SlotAssigned assigned = book.slot(slot.id());
            boolean wanted = assigned != null && book.wants(assigned, worker) && !draining;
            boolean current = assigned != null && assigned.epoch().equals(slot.epoch());
            if (wanted && current) {
                if (slot.atCut()) {
                    held.remove(slot.id());
                    slot.takeStanding().ifPresent(state -> standing.put(slot.id(), state));
                }
                continue;
            }
            LeaseEpoch epoch = assigned == null ? slot.epoch() : assigned.epoch();
            if (!slot.gone()) {
                slot.stop(!wanted, epoch);
            } else {
                held.remove(slot.id());
                slot.takeStanding().ifPresent(Replica::close);
                boolean sameFailed = current && slot.status() instanceof SlotStatus.Failed;
                if (!wanted && !sameFailed) {
                    reporter.soon(new SlotReport(worker, slot.id(), epoch, new SlotStatus.Released()));
                }
            }
        }
    }

    /** Starts what is to run here and does not. */
    void startWanted() {
        for (SlotAssigned assigned : book.slots()) {
            if (book.wants(assigned, worker) && !held.containsKey(assigned.slot())) {
                PipelineAdmitted run =
                        book.pipeline(assigned.slot().pipeline()).orElseThrow(IllegalStateException::new);
                hosts.of(run).ifPresent(host -> start(host, run, assigned));
            }
        }
        closeStanding();
    }

    /** Closes what slots have left open at their cuts and nobody goes on with. */
    private void closeStanding() {
        standing.values().forEach(Replica::close);
        standing.clear();
    }

    /** Nothing is opened or run any more: closes what is left open all the same. */
    void close() {
        held.values().forEach(slot -> slot.takeStanding().ifPresent(Replica::close));
        closeStanding();
    }

    private void start(PipelineHost host, PipelineAdmitted run, SlotAssigned assigned) {
        SlotThread runner = ThreadChoice.of(assigned.slot(), threads, threadsOfHeld());
        SlotMetrics counts = countsOf(assigned.slot(), run);
        OpeningTimes times = new OpeningTimes(clockMs);
        HeldSlot slot =
                new HeldSlot(assigned.slot(), assigned.epoch(), runner, counts, times, one -> report(host, one));
        held.put(assigned.slot(), slot);
        PoisonedRows poisoned = PoisonedRows.of(book.poisoned(run, assigned.slot()));
        Optional<Replica> left = Optional.ofNullable(standing.remove(assigned.slot()));
        host.prepareSoon(assigned.slot(), openers);
        long changelogEnd = changelogEnd(assigned);
        openers.execute(() -> open(host, assigned, poisoned, slot, counts, times, left, changelogEnd));
    }

    /** What the former owner said of the changelog is so until this worker appends to it, which it does when it opens the slot. */
    private long changelogEnd(SlotAssigned assigned) {
        boolean again = assigned.epoch().equals(begun.put(assigned.slot(), assigned.epoch()));
        return again ? SlotAssigned.UNKNOWN : assigned.changelogEnd();
    }

    private Map<SlotId, SlotThread> threadsOfHeld() {
        Map<SlotId, SlotThread> ofHeld = new HashMap<>();
        held.forEach((id, slot) -> ofHeld.put(id, slot.thread()));
        return ofHeld;
    }

    private SlotMetrics countsOf(SlotId slot, PipelineAdmitted run) {
        Counted before = counted.get(slot);
        StagePlan stage = run.plan().stage(slot.stage());
        if (before != null
                && before.instance().equals(run.instance())
                && before.stage().equals(stage)) {
            return before.metrics();
        }
        // Another run or version may have other steps under the same numbers.
        SlotMetrics counts = new SlotMetrics();
        counted.put(slot, new Counted(run.instance(), stage, counts));
        return counts;
    }

    private void open(
            PipelineHost host,
            SlotAssigned assigned,
            PoisonedRows poisoned,
            HeldSlot slot,
            SlotMetrics counts,
            OpeningTimes times,
            Optional<Replica> left,
            long changelogEnd) {
        times.begin();
        try {
            long beginMs = clockMs.getAsLong();
            Slot opened = host.open(
                    assigned,
                    poisoned,
                    counts,
                    slot,
                    () -> left.or(() -> followers.take(assigned.slot(), changelogEnd)),
                    changelogEnd);
            long nowMs = clockMs.getAsLong();
            counts.restored(nowMs, nowMs - beginMs);
            times.log(assigned.slot());
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

    /** Tells slots of stages that have a newer version than they run, once that is compiled, and a few at a time. */
    void upgradeOutdated() {
        turns.end(held);
        long nowMs = clockMs.getAsLong();
        for (HeldSlot slot : held.values()) {
            book.pipeline(slot.id().pipeline()).ifPresent(run -> {
                hosts.tell(run);
                int newest = run.plan().stage(slot.id().stage()).version();
                if (!slot.runs(newest)
                        && slot.slot().isPresent()
                        && isCompiled(slot.id(), run)
                        && turns.take(slot.id(), newest, nowMs)) {
                    slot.requestUpgrade(newest);
                }
            });
        }
    }

    private boolean isCompiled(SlotId slot, PipelineAdmitted run) {
        return hosts.ofPipeline(run.name())
                .filter(host -> host.instance().equals(run.instance()))
                .filter(host -> host.prepareSoon(slot, openers))
                .isPresent();
    }

    /** Tells slots of pipelines that stop in order. */
    void stopInOrder() {
        held.values().stream()
                .filter(slot -> book.phase(slot.id().pipeline())
                        .filter(Phase.STOPPING::equals)
                        .isPresent())
                .forEach(HeldSlot::stopWhenCaughtUp);
    }

    /** Asks for the checkpoints that were triggered since the last round. */
    void triggerCheckpoints() {
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

    /** Something has changed that should be reported without delay; any thread. */
    private void report(PipelineHost host, HeldSlot slot) {
        if (slot.status() instanceof SlotStatus.Failed) {
            host.slotFailed();
        }
        reporter.soon(slot.report(worker));
    }

    /** Returns how everything is: what is to be said again and again. */
    Stream<FleetRecord> reports() {
        Stream<FleetRecord> ofHeld = held.values().stream().map(slot -> slot.report(worker));
        return Stream.concat(ofHeld, released());
    }

    /**
     * Returns the reports that this worker has let go of what is to be let go of. They are repeated, because one may be lost, and because the slot
     * may have failed, or this worker may have died, before it was told to let go.
     */
    private Stream<FleetRecord> released() {
        return book.slots().stream()
                .filter(assigned -> assigned.worker().equals(worker)
                        && !held.containsKey(assigned.slot())
                        && !book.wants(assigned, worker))
                .map(assigned -> new SlotReport(worker, assigned.slot(), assigned.epoch(), new SlotStatus.Released()));
    }

    /** Makes what is held now visible to {@link #views}. */
    void publish() {
        published = List.copyOf(held.values());
    }

    /** Returns all that were ever held, for people; any thread. */
    List<SlotView> views() {
        long nowMs = clockMs.getAsLong();
        Map<SlotId, HeldSlot> now = new HashMap<>();
        published.forEach(slot -> now.put(slot.id(), slot));
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
                slot == null ? -1 : slot.openingMs(),
                checkpointedAtMs == Long.MIN_VALUE ? -1 : Math.max(0, nowMs - checkpointedAtMs),
                counts.metrics());
    }
}
