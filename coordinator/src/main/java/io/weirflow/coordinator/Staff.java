package io.weirflow.coordinator;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.assign.SlotAssignment;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The workers at one moment: who lives, who may own slots, and which. */
final class Staff {

    private final Policy policy;
    private final ControlState control;
    private final Observations seen;
    private final Moment now;
    private final Map<String, WorkerId> live = new TreeMap<>();
    private final Set<WorkerId> candidates = new HashSet<>();

    Staff(Policy policy, ControlState control, Observations seen, Moment now, List<PipelineAdmitted> active) {
        this.policy = policy;
        this.control = control;
        this.seen = seen;
        this.now = now;
        find(active);
    }

    private void find(List<PipelineAdmitted> active) {
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
            if (seen.alive(worker, now) && !outlived) {
                live.put(worker.worker().name(), worker.worker());
            }
        }
        candidates.addAll(live.values());
        newest.values().stream()
                .filter(owner -> !live.containsKey(owner.name()) && seen.mayYetSpeak(owner, now))
                .forEach(candidates::add);
    }

    /** Returns those that are heard of. */
    Collection<WorkerId> live() {
        return live.values();
    }

    /** Returns the living worker of this name. */
    Optional<WorkerId> live(String name) {
        return Optional.ofNullable(live.get(name));
    }

    boolean isLive(WorkerId worker) {
        return worker.equals(live.get(worker.name()));
    }

    /** Returns those that may own slots: the living, and owners that a new leader gives the time to speak up. */
    Set<WorkerId> candidates() {
        return candidates;
    }

    /** Returns whether a worker that owns something is gone, as far as anyone can tell. */
    boolean isDead(WorkerId worker) {
        return !candidates.contains(worker);
    }

    /** Returns the living later life of a worker, or the worker. */
    WorkerId successor(WorkerId worker) {
        WorkerId now = live.get(worker.name());
        return now != null && now.succeeds(worker) ? now : worker;
    }

    /** Returns whether no worker has come or gone for a while, so that what is moved now need not be moved back. */
    boolean settled() {
        return now.hasCome(seen.membershipChangedMs() + policy.rebalanceDelayMs());
    }

    /** Returns whether a worker has said that it is about to leave. */
    boolean leaves(WorkerId worker) {
        return seen.scope(worker).equals(WorkerScope.NONE);
    }

    /** Returns whether a worker takes slots of a stage, by what it said. */
    boolean takes(WorkerId worker, String pipeline, int stage) {
        return seen.scope(worker).takes(pipeline, stage(pipeline, stage).name());
    }

    private StagePlan stage(String pipeline, int stage) {
        return control.pipeline(pipeline).orElseThrow().plan().stage(stage);
    }

    /** Returns what limits the workers of stages, given who has which slot now. */
    SlotAssignment.Limits limits(Map<SlotId, WorkerId> current) {
        return new SlotAssignment.Limits() {
            @Override
            public boolean takes(WorkerId worker, String pipeline, int stage) {
                // Who has not said yet what it takes is not given any more than it has.
                return seen.scope(worker).equals(WorkerScope.UNKNOWN)
                        ? current.entrySet().stream()
                                .anyMatch(slot -> slot.getValue().equals(worker)
                                        && slot.getKey().pipeline().equals(pipeline)
                                        && slot.getKey().stage() == stage)
                        : Staff.this.takes(worker, pipeline, stage);
            }

            @Override
            public int workers(String pipeline, int stage) {
                int workers = control.workers(pipeline, stage(pipeline, stage).uid());
                return workers == 0 ? Integer.MAX_VALUE : workers;
            }
        };
    }
}
