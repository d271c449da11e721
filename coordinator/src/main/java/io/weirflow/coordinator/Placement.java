package io.weirflow.coordinator;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.assign.SlotAssignment;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One look at who should have which slot.
 *
 * <p>Rule R7, fence before read: a slot leaves a worker that has not let go by itself in three steps, each durable before the next:
 * it is revoked in the log, the worker's lease is fenced (or the worker released the slot), and only then is it assigned to another. Without
 * the first step a fenced worker that lives could take its lease anew, still find itself the owner in the log, and checkpoint the slot
 * after its new owner has read it.
 */
final class Placement {

    private final Policy policy;
    private final ControlState control;
    private final Observations seen;
    private final long nowMs;
    private final Map<String, WorkerId> live = new TreeMap<>();
    private final Set<WorkerId> candidates = new HashSet<>();
    private final List<ControlRecord> revoked = new ArrayList<>();
    private final List<ControlRecord> assigned = new ArrayList<>();
    private final Set<Effect> fences = new LinkedHashSet<>();

    Placement(Policy policy, ControlState control, Observations seen, long nowMs) {
        this.policy = policy;
        this.control = control;
        this.seen = seen;
        this.nowMs = nowMs;
    }

    /** Returns the next step: revocations first, because assignments may depend on them. */
    Optional<Decision> next() {
        List<PipelineAdmitted> active = control.pipelines().stream()
                .filter(run -> control.phase(run).active())
                .toList();
        findWorkers(active);
        if (live.isEmpty()) {
            return Optional.empty();
        }
        List<PipelineAdmitted> ready =
                active.stream().filter(run -> !waitsForWorkers(run)).toList();
        Map<SlotId, WorkerId> target = target(ready);
        for (PipelineAdmitted run : ready) {
            for (SlotId slot : ControlState.slots(run)) {
                place(run, slot, target.get(slot));
            }
        }
        if (!revoked.isEmpty()) {
            return Optional.of(new Decision(List.of(), revoked));
        }
        return assigned.isEmpty() ? Optional.empty() : Optional.of(new Decision(List.copyOf(fences), assigned));
    }

    private void findWorkers(List<PipelineAdmitted> active) {
        Map<String, WorkerId> newest = new HashMap<>();
        for (PipelineAdmitted run : active) {
            for (SlotId slot : ControlState.slots(run)) {
                control.lastAssignment(slot)
                        .map(SlotAssigned::worker)
                        .ifPresent(owner ->
                                newest.merge(owner.name(), owner, (one, other) -> one.succeeds(other) ? one : other));
            }
        }
        for (Observations.Seen worker : seen.workers()) {
            WorkerId known = newest.get(worker.worker().name());
            boolean outlived = known != null && known.succeeds(worker.worker());
            if (seen.alive(worker, nowMs) && !outlived) {
                live.put(worker.worker().name(), worker.worker());
            }
        }
        candidates.addAll(live.values());
        newest.values().stream()
                .filter(owner -> !live.containsKey(owner.name()) && seen.mayYetSpeak(owner, nowMs))
                .forEach(candidates::add);
    }

    /** A run that has no slots yet waits a little for its workers, or the first would get all and give most of them up again. */
    private boolean waitsForWorkers(PipelineAdmitted run) {
        boolean fresh = ControlState.slots(run).stream()
                .noneMatch(slot -> control.assignment(run, slot).isPresent());
        return fresh
                && live.size() < policy.expectedWorkers()
                && nowMs - seen.startedAtMs(run.name()) < policy.expectedWorkersWaitMs();
    }

    private Map<SlotId, WorkerId> target(List<PipelineAdmitted> runs) {
        List<SlotId> slots = new ArrayList<>();
        Map<SlotId, WorkerId> current = new HashMap<>();
        for (PipelineAdmitted run : runs) {
            for (SlotId slot : ControlState.slots(run)) {
                slots.add(slot);
                control.lastAssignment(slot)
                        .filter(last -> !last.revoked())
                        .ifPresent(last -> current.put(slot, successor(last.worker())));
            }
        }
        return SlotAssignment.assign(slots, candidates, current, limits(current));
    }

    private SlotAssignment.Limits limits(Map<SlotId, WorkerId> current) {
        return new SlotAssignment.Limits() {
            @Override
            public boolean takes(WorkerId worker, String pipeline, int stage) {
                // Who has not said yet what it takes is not given any more than it has.
                return seen.scope(worker).equals(WorkerScope.UNKNOWN)
                        ? current.entrySet().stream()
                                .anyMatch(slot -> slot.getValue().equals(worker)
                                        && slot.getKey().pipeline().equals(pipeline)
                                        && slot.getKey().stage() == stage)
                        : Placement.this.takes(worker, pipeline, stage);
            }

            @Override
            public int workers(String pipeline, int stage) {
                int workers = control.workers(pipeline, stage(pipeline, stage).uid());
                return workers == 0 ? Integer.MAX_VALUE : workers;
            }
        };
    }

    private boolean takes(WorkerId worker, String pipeline, int stage) {
        return seen.scope(worker).takes(pipeline, stage(pipeline, stage).name());
    }

    private StagePlan stage(String pipeline, int stage) {
        return control.pipeline(pipeline).orElseThrow().plan().stage(stage);
    }

    /** Returns the living later life of a worker, or the worker. */
    private WorkerId successor(WorkerId worker) {
        WorkerId now = live.get(worker.name());
        return now != null && now.succeeds(worker) ? now : worker;
    }

    private void place(PipelineAdmitted run, SlotId slot, @Nullable WorkerId wanted) {
        Optional<SlotAssigned> last = control.lastAssignment(slot);
        WorkerId target = wanted;
        if (last.isPresent()) {
            WorkerId successor = successor(last.get().worker());
            // A later life takes over what the former had, whatever the balance: that is the fastest, and needs no
            // fence.
            boolean stays = successor.equals(last.get().worker())
                    || last.get().revoked()
                    || !takes(successor, run.name(), slot.stage());
            target = stays ? wanted : successor;
        }
        if (target == null || !target.equals(live.get(target.name()))) {
            return;
        }
        if (last.isEmpty()) {
            assign(run, slot, target);
        } else if (target.name().equals(last.get().worker().name())) {
            stay(run, last.get(), target);
        } else {
            move(run, last.get(), target);
        }
    }

    private void stay(PipelineAdmitted run, SlotAssigned last, WorkerId target) {
        SlotId slot = last.slot();
        Observations.Attempts attempts = seen.attempts(slot);
        boolean letGo = seen.status(last).filter(SlotStatus::letGo).isPresent();
        boolean needed = !last.instance().equals(run.instance())
                || last.revoked()
                || !target.equals(last.worker())
                || attempts.restart().equals(last.epoch())
                || (letGo && nowMs >= attempts.retryAtMs());
        if (needed) {
            assign(run, slot, target);
        }
    }

    private void move(PipelineAdmitted run, SlotAssigned last, WorkerId target) {
        SlotId slot = last.slot();
        boolean ofThisRun = last.instance().equals(run.instance());
        boolean dead = !candidates.contains(last.worker());
        if (seen.status(last).filter(SlotStatus::letGo).isPresent()) {
            if (nowMs >= seen.attempts(slot).retryAtMs()) {
                assign(run, slot, target);
            }
        } else if (last.revoked() && ofThisRun) {
            boolean silent = nowMs - seen.assignedAtMs(slot) >= policy.releaseTimeoutMs();
            if (dead || silent) {
                fences.add(new Effect.FenceLease(run.name(), last.worker().name()));
                assign(run, slot, target);
            }
        } else if (dead || !ofThisRun || worthMoving(run, last)) {
            revoked.add(new SlotAssigned(
                    slot, run.instance(), last.worker(), true, last.epoch().next()));
        }
    }

    private boolean worthMoving(PipelineAdmitted run, SlotAssigned last) {
        boolean settled = nowMs - seen.membershipChangedMs() >= policy.rebalanceDelayMs();
        boolean finished =
                seen.status(last).filter(SlotStatus.Finished.class::isInstance).isPresent();
        return settled && !finished && control.phase(run) == Phase.RUNNING;
    }

    private void assign(PipelineAdmitted run, SlotId slot, WorkerId worker) {
        assigned.add(new SlotAssigned(
                slot, run.instance(), worker, false, control.epoch(slot).next()));
    }
}
