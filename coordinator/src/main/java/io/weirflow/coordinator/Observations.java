package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.FollowerReport;
import io.weirflow.protocol.fleet.FleetRecord.SinksCompleted;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.SlotStatus.Failed;
import io.weirflow.protocol.fleet.SlotStatus.SenderBroken;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this leader has heard of its workers and slots. It is not in the control log and need not be: it says how things are, not what was
 * decided, and workers say it again and again. A new leader starts with none of it, and gives workers that it has not heard of the
 * usual time to speak up. Used by one thread.
 */
final class Observations {

    /**
     * When a worker was last heard of.
     *
     * @param scope which slots it takes, {@link WorkerScope#UNKNOWN} until it has said so
     */
    record Seen(WorkerId worker, long atMs, boolean left, WorkerScope scope) {}

    /** The last report of a slot, under the epoch of its assignment. */
    private record Reported(LeaseEpoch epoch, SlotStatus status) {}

    /**
     * Failures of a slot since its last new checkpoint.
     *
     * @param retryAtMs not started again before
     * @param restart the epoch under which the slot is to be started again although it runs; NONE for no such wish
     * @param poison the row at which it has failed last; null for none
     * @param samePlace how often in a row it has failed at that row, new checkpoints or not
     */
    record Attempts(
            int failures,
            long retryAtMs,
            long checkpoint,
            LeaseEpoch restart,
            String reason,
            @Nullable Poison poison,
            int samePlace) {
        static final Attempts NONE = new Attempts(0, Long.MIN_VALUE, SlotStatus.NONE, LeaseEpoch.NONE, "", null, 0);

        Attempts failed(long nowMs, Policy policy, String why, @Nullable Poison at) {
            boolean again = at != null && poison != null && at.same(poison);
            long laterMs = nowMs + policy.backoffMs(failures + 1);
            return new Attempts(failures + 1, laterMs, checkpoint, restart, why, at, again ? samePlace + 1 : 1);
        }

        Attempts reached(long newer) {
            return new Attempts(0, Long.MIN_VALUE, newer, restart, "", poison, samePlace);
        }

        Attempts wanting(LeaseEpoch epoch) {
            return new Attempts(failures, retryAtMs, checkpoint, epoch, reason, poison, samePlace);
        }
    }

    /** A gap that a receiver reported, and when that led to a restart of the sender. */
    private record Gap(SlotId sender, long expectedSequence, long actedAtMs) {}

    private record StageOfRun(String instance, int stage) {}

    private final Policy policy;
    private final Map<String, Seen> workers = new TreeMap<>();
    private final Map<SlotId, Reported> reports = new HashMap<>();
    private final Map<SlotId, Map<String, FollowerReport>> followers = new HashMap<>();
    private final Map<SlotId, Attempts> attempts = new HashMap<>();
    private final Map<SlotId, Long> assignedAtMs = new HashMap<>();
    private final Map<String, Long> checkpointAtMs = new HashMap<>();
    private final Map<String, Long> trimmedAtMs = new HashMap<>();
    private final Map<String, Long> startedAtMs = new HashMap<>();
    private final Map<SlotId, Gap> gaps = new HashMap<>();
    private final Set<StageOfRun> completedSinks = new HashSet<>();
    private final Map<String, String> restored = new HashMap<>();
    private final Set<String> keepsInboxes = new HashSet<>();
    private Map<String, Long> inboxBytes = Map.of();
    private long changes;
    private long advances;
    private long sinceMs;
    private long membershipChangedMs;
    private long tickMs;

    Observations(Policy policy, long nowMs) {
        this.policy = policy;
        this.sinceMs = nowMs;
        this.membershipChangedMs = nowMs;
        this.tickMs = nowMs;
    }

    /**
     * Takes note of the time. Called before every round: a time in which this coordinator was away itself (paused, or cut off from the
     * log) says nothing about workers, so it does not count against them.
     */
    void tick(long nowMs) {
        long awayMs = nowMs - tickMs;
        tickMs = Math.max(tickMs, nowMs);
        if (awayMs > policy.workerTimeoutMs() / 3) {
            changes++;
            sinceMs += awayMs;
            workers.replaceAll(
                    (name, seen) -> new Seen(seen.worker(), seen.atMs() + awayMs, seen.left(), seen.scope()));
        }
    }

    /** Takes note of a decision that was replayed. */
    void decided(ControlRecord decision, long nowMs) {
        changes++;
        if (decision instanceof SlotAssigned assigned) {
            assignedAtMs.put(assigned.slot(), nowMs);
        } else if (decision instanceof SlotFollowed followed) {
            // What one who begins again has said before is not true any more.
            followers.computeIfPresent(followed.slot(), (slot, reports) -> {
                reports.keySet().retainAll(followed.workers());
                return reports;
            });
        } else if (decision instanceof CheckpointTriggered triggered) {
            checkpointAtMs.put(triggered.pipeline(), nowMs);
        } else if (decision instanceof PhaseChanged changed && changed.phase() == Phase.RESTORING) {
            restored.remove(changed.instance());
        } else if (decision instanceof InboxesTrimmed trimmed) {
            trimmedAtMs.put(trimmed.pipeline(), nowMs);
        } else if (decision instanceof PhaseChanged changed && changed.phase() == Phase.RUNNING) {
            startedAtMs.put(changed.name(), nowMs);
            attempts.keySet().removeIf(slot -> slot.pipeline().equals(changed.name()));
        }
    }

    /** Takes note of a report; what it says of a slot counts only under the epoch and for the worker of the slot's assignment. */
    void observe(FleetRecord report, ControlState control, long nowMs) {
        if (!heardOf(report, nowMs)) {
            return;
        }
        if (report instanceof SlotReport slot) {
            boolean current = control.lastAssignment(slot.slot())
                    .filter(assigned -> assigned.epoch().equals(slot.epoch())
                            && assigned.worker().equals(slot.worker()))
                    .isPresent();
            if (current) {
                observe(slot, control, nowMs);
            }
        } else if (report instanceof FollowerReport follower) {
            if (control.follows(
                    follower.slot(), follower.instance(), follower.worker().name())) {
                Map<String, FollowerReport> ofSlot =
                        followers.computeIfAbsent(follower.slot(), slot -> new TreeMap<>());
                note(isNews(follower, ofSlot.put(follower.worker().name(), follower)));
            }
        } else if (report instanceof SinksCompleted completed) {
            note(completedSinks.add(new StageOfRun(completed.instance(), completed.stage())));
        }
    }

    private void note(boolean news) {
        changes += news ? 1 : 0;
    }

    /** Which of several followers is the closest counts when there is something to decide, and does not make it so. */
    private static boolean isNews(FollowerReport report, @Nullable FollowerReport before) {
        return before == null
                || !before.worker().equals(report.worker())
                || !before.instance().equals(report.instance())
                || FollowerPlan.isClose(before) != FollowerPlan.isClose(report);
    }

    /** Of one that goes on running, all but how far it has come; see {@link #advances}. */
    private static boolean isNews(Reported report, @Nullable Reported before) {
        return before == null
                || !before.epoch().equals(report.epoch())
                || !(before.status() instanceof SlotStatus.Running then
                        && report.status() instanceof SlotStatus.Running now
                        && then.stageVersion() == now.stageVersion()
                        && (then.checkpoint() == SlotStatus.NONE) == (now.checkpoint() == SlotStatus.NONE));
    }

    /**
     * Returns how often anything has changed that a decision may depend on, but for those on trimming. That a worker is heard of in time, and that all is as
     * it was, is no change.
     */
    long changes() {
        return changes;
    }

    /** Returns how often a slot was heard to have come further, which only trimming depends on. */
    long advances() {
        return advances;
    }

    /** Returns whether the report is of the worker's newest life. */
    private boolean heardOf(FleetRecord report, long nowMs) {
        WorkerId worker = report.worker();
        Seen before = workers.get(worker.name());
        if (before != null && before.worker().succeeds(worker)) {
            return false;
        }
        boolean leaves = report instanceof WorkerLeft;
        if (before != null && before.worker().equals(worker)) {
            boolean left = leaves || before.left();
            if (left != before.left() || !alive(before, nowMs)) {
                membershipChangedMs = nowMs;
                changes++;
            }
            WorkerScope scope = scope(report, before.scope());
            note(!scope.equals(before.scope()));
            workers.put(worker.name(), new Seen(worker, nowMs, left, scope));
        } else {
            membershipChangedMs = nowMs;
            changes++;
            workers.put(worker.name(), new Seen(worker, nowMs, leaves, scope(report, WorkerScope.UNKNOWN)));
        }
        return true;
    }

    private static WorkerScope scope(FleetRecord report, WorkerScope before) {
        return report instanceof WorkerHeartbeat heartbeat ? heartbeat.scope() : before;
    }

    /** Returns which slots a worker takes, {@link WorkerScope#UNKNOWN} until it has said so. */
    WorkerScope scope(WorkerId worker) {
        Seen seen = workers.get(worker.name());
        return seen != null && seen.worker().equals(worker) ? seen.scope() : WorkerScope.UNKNOWN;
    }

    private void observe(SlotReport report, ControlState control, long nowMs) {
        SlotId slot = report.slot();
        Reported before = reports.get(slot);
        if (before != null
                && before.epoch().equals(report.epoch())
                && before.status().letGo()) {
            return;
        }
        if (report.status() instanceof SenderBroken broken) {
            senderBroken(slot, broken, control, nowMs);
            return;
        }
        Reported reported = new Reported(report.epoch(), report.status());
        Reported last = reports.put(slot, reported);
        note(isNews(reported, last));
        advances += reported.equals(last) ? 0 : 1;
        if (report.status() instanceof Failed failed) {
            attempts.put(slot, attempts(slot).failed(nowMs, policy, failed.reason(), failed.poison()));
        } else if (checkpoint(report.status()) > attempts(slot).checkpoint()) {
            note(attempts(slot).failures() > 0);
            attempts.put(slot, attempts(slot).reached(checkpoint(report.status())));
        }
    }

    /**
     * A sender is started again once for each of its lives, and not before its back-off is over. A receiver that repeats itself may just
     * not have got to the repetition yet, so it is believed again only after a while.
     */
    private void senderBroken(SlotId receiver, SenderBroken broken, ControlState control, long nowMs) {
        Gap gap = new Gap(broken.sender(), broken.expectedSequence(), nowMs);
        Gap before = gaps.get(receiver);
        boolean repeated = before != null
                && before.sender().equals(gap.sender())
                && before.expectedSequence() == gap.expectedSequence()
                && nowMs - before.actedAtMs() < policy.retryBackoffMaxMs();
        LeaseEpoch epoch = control.epoch(broken.sender());
        Attempts soFar = attempts(broken.sender());
        if (repeated || soFar.restart().equals(epoch) || nowMs < soFar.retryAtMs()) {
            return;
        }
        changes++;
        gaps.put(receiver, gap);
        String reason = "a receiver expected sequence " + broken.expectedSequence() + " of it and found "
                + broken.foundSequence();
        attempts.put(broken.sender(), soFar.failed(nowMs, policy, reason, null).wanting(epoch));
    }

    private static long checkpoint(SlotStatus status) {
        if (status instanceof SlotStatus.Running running) {
            return running.checkpoint();
        }
        return status instanceof SlotStatus.Finished finished ? finished.checkpoint() : SlotStatus.NONE;
    }

    Collection<Seen> workers() {
        return workers.values();
    }

    boolean alive(Seen seen, long nowMs) {
        return alive(seen, new Moment(nowMs));
    }

    boolean alive(Seen seen, Moment now) {
        return !seen.left() && !now.hasCome(seen.atMs() + policy.workerTimeoutMs());
    }

    /** Returns whether nothing was heard of this worker by this leader, and it is too early to conclude anything from that. */
    boolean mayYetSpeak(WorkerId worker, Moment now) {
        Seen seen = workers.get(worker.name());
        boolean unheard = seen == null || worker.succeeds(seen.worker());
        return unheard && !now.hasCome(sinceMs + policy.workerTimeoutMs());
    }

    /** Returns the last status of the slot under this assignment. */
    Optional<SlotStatus> status(SlotAssigned assigned) {
        Reported reported = reports.get(assigned.slot());
        return reported != null && reported.epoch().equals(assigned.epoch())
                ? Optional.of(reported.status())
                : Optional.empty();
    }

    /** Returns what a worker said last of how close it is to the state of a slot that it follows in this run. */
    Optional<FollowerReport> follower(SlotId slot, String instance, WorkerId worker) {
        return follower(slot, instance, worker.name())
                .filter(report -> report.worker().equals(worker));
    }

    /** The same of whichever life of the worker said something last. */
    Optional<FollowerReport> follower(SlotId slot, String instance, String workerName) {
        return Optional.ofNullable(followers.getOrDefault(slot, Map.of()).get(workerName))
                .filter(report -> report.instance().equals(instance));
    }

    Attempts attempts(SlotId slot) {
        return attempts.getOrDefault(slot, Attempts.NONE);
    }

    long assignedAtMs(SlotId slot) {
        return assignedAtMs.getOrDefault(slot, sinceMs);
    }

    long checkpointAtMs(String pipeline) {
        return checkpointAtMs.getOrDefault(pipeline, sinceMs);
    }

    long trimmedAtMs(String pipeline) {
        return trimmedAtMs.getOrDefault(pipeline, sinceMs);
    }

    /** Takes note of the end of a restore. @param problem empty for none */
    void restored(String instance, String problem) {
        note(!problem.equals(restored.put(instance, problem)));
    }

    /** Returns what came of the restore of a run, empty for all well; nothing while it is under way. */
    Optional<String> restored(String instance) {
        return Optional.ofNullable(restored.get(instance));
    }

    /** Returns whether nothing of the pipeline's inboxes may be trimmed for now, because somebody reads them. */
    boolean keepsInboxes(String pipeline) {
        return keepsInboxes.contains(pipeline);
    }

    void keepInboxes(String pipeline, boolean keep) {
        note(keep ? keepsInboxes.add(pipeline) : keepsInboxes.remove(pipeline));
    }

    /** Takes note of what inboxes take on disks, by topic. */
    void inboxBytes(Map<String, Long> bytesByTopic) {
        inboxBytes = bytesByTopic;
    }

    /** Returns what an inbox takes on disk, -1 when that is not known. */
    long inboxBytes(String topic) {
        return inboxBytes.getOrDefault(topic, -1L);
    }

    long startedAtMs(String pipeline) {
        return startedAtMs.getOrDefault(pipeline, sinceMs);
    }

    long membershipChangedMs() {
        return membershipChangedMs;
    }

    boolean sinksCompleted(String instance, int stage) {
        return completedSinks.contains(new StageOfRun(instance, stage));
    }
}
