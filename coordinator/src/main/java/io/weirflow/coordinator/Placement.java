package io.weirflow.coordinator;

import io.weirflow.protocol.assign.SlotAssignment;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at who should have which slot.
 *
 * <p>Rule R7, fence before read: a slot leaves a worker that has not let go by itself in three steps, each durable before the next:
 * it is revoked in the log, the worker's lease is fenced (or the worker released the slot), and only then is it assigned to another. Without
 * the first step a fenced worker that lives could take its lease anew, still find itself the owner in the log, and checkpoint the slot
 * after its new owner has read it.
 *
 * <p>Rule R11, live moves: a slot leaves a living worker only once the next one has its state at hand, so that it is silent for no longer than these
 * steps take; and one of a stage at a time, with pauses in between, so that the stages behind it hardly notice. Who leaves is not kept waiting.
 */
final class Placement {

    private final Policy policy;
    private final ControlState control;
    private final Observations seen;
    private final Moment now;
    private final List<PipelineAdmitted> ready;
    private final Staff staff;
    private final FollowerPlan followers;
    private final List<ControlRecord> revoked = new ArrayList<>();
    private final List<ControlRecord> assigned = new ArrayList<>();
    private final Set<Effect> fences = new LinkedHashSet<>();
    private final Map<SlotId, WorkerId> moves = new HashMap<>();
    private final List<Wish> wishes = new ArrayList<>();
    private final Set<Way> ways = new HashSet<>();
    private final Set<Stage> stagesThatMove = new HashSet<>();

    /** A slot that is to move to a worker that does not follow it yet. */
    private record Wish(PipelineAdmitted run, SlotId slot, WorkerId to) {}

    private record Stage(String pipeline, int number) {
        static Stage of(SlotId slot) {
            return new Stage(slot.pipeline(), slot.stage());
        }
    }

    /** From anywhere in a stage to a worker. */
    private record Way(Stage stage, WorkerId to) {
        static Way of(SlotId slot, WorkerId to) {
            return new Way(Stage.of(slot), to);
        }
    }

    Placement(Policy policy, ControlState control, Observations seen, Moment now) {
        this.policy = policy;
        this.control = control;
        this.seen = seen;
        this.now = now;
        List<PipelineAdmitted> active = control.pipelines().stream()
                .filter(run -> control.phase(run).active())
                .toList();
        this.staff = new Staff(policy, control, seen, now, active);
        this.ready = active.stream().filter(run -> !waitsForWorkers(run)).toList();
        this.followers = new FollowerPlan(control, seen, staff, ready);
    }

    /** Returns the next step: revocations first, because assignments may depend on them. */
    Optional<Decision> next() {
        if (staff.live().isEmpty()) {
            return Optional.empty();
        }
        Map<SlotId, WorkerId> target = target(ready);
        for (PipelineAdmitted run : ready) {
            boolean stops = control.phase(run) == Phase.STOPPING;
            for (SlotId slot : ControlState.slots(run)) {
                if (!stops || !OrderlyStop.hasStopped(run, slot, control, seen)) {
                    place(run, slot, target.get(slot));
                }
            }
        }
        if (!revoked.isEmpty()) {
            return Optional.of(new Decision(List.of(), revoked));
        }
        if (!assigned.isEmpty()) {
            return Optional.of(new Decision(List.copyOf(fences), assigned));
        }
        wishes.forEach(this::begin);
        List<ControlRecord> changes = followers.changes(moves);
        return changes.isEmpty() ? Optional.empty() : Optional.of(new Decision(List.of(), changes));
    }

    /** A run that has no slots yet waits a little for its workers, or the first would get all and give most of them up again. */
    private boolean waitsForWorkers(PipelineAdmitted run) {
        boolean fresh = ControlState.slots(run).stream()
                .noneMatch(slot -> control.assignment(run, slot).isPresent());
        return fresh
                && staff.live().size() < policy.expectedWorkers()
                && !now.hasCome(seen.startedAtMs(run.name()) + policy.expectedWorkersWaitMs());
    }

    private Map<SlotId, WorkerId> target(List<PipelineAdmitted> runs) {
        List<SlotId> slots = new ArrayList<>();
        Map<SlotId, WorkerId> current = new HashMap<>();
        for (PipelineAdmitted run : runs) {
            for (SlotId slot : ControlState.slots(run)) {
                slots.add(slot);
                control.lastAssignment(slot)
                        .filter(last -> !last.revoked())
                        .ifPresent(last -> current.put(slot, staff.successor(last.worker())));
            }
        }
        return SlotAssignment.assign(slots, staff.candidates(), current, followers.current(), staff.limits(current));
    }

    private void place(PipelineAdmitted run, SlotId slot, @Nullable WorkerId wanted) {
        Optional<SlotAssigned> last = control.lastAssignment(slot);
        WorkerId target = last.isPresent() ? heir(run, last.get()).orElse(wanted) : wanted;
        if (target == null || !staff.isLive(target)) {
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

    /** Returns who gets a slot when its owner is gone, whatever the balance: that is the fastest. */
    private Optional<WorkerId> heir(PipelineAdmitted run, SlotAssigned last) {
        WorkerId successor = staff.successor(last.worker());
        boolean livesOn = !successor.equals(last.worker());
        if (livesOn
                && !last.revoked()
                && staff.takes(successor, run.name(), last.slot().stage())) {
            // It needs no fence: to take the lease is to take it from the former life.
            return Optional.of(successor);
        }
        return !livesOn && staff.isDead(last.worker()) ? followers.closest(run, last.slot()) : Optional.empty();
    }

    private void stay(PipelineAdmitted run, SlotAssigned last, WorkerId target) {
        SlotId slot = last.slot();
        Observations.Attempts attempts = seen.attempts(slot);
        boolean letGo = seen.status(last).filter(SlotStatus::letGo).isPresent();
        boolean needed = !last.instance().equals(run.instance())
                || last.revoked()
                || !target.equals(last.worker())
                || attempts.restart().equals(last.epoch())
                || (letGo && now.hasCome(attempts.retryAtMs()));
        if (needed) {
            assign(run, slot, target);
        }
    }

    private void move(PipelineAdmitted run, SlotAssigned last, WorkerId target) {
        SlotId slot = last.slot();
        boolean ofThisRun = last.instance().equals(run.instance());
        boolean dead = staff.isDead(last.worker());
        Optional<SlotStatus> letGo = seen.status(last).filter(SlotStatus::letGo);
        if (letGo.isPresent()) {
            if (now.hasCome(seen.attempts(slot).retryAtMs())) {
                boolean inOrder = last.revoked() && ofThisRun;
                assign(run, slot, target, inOrder ? changelogEnd(letGo.get()) : SlotAssigned.UNKNOWN);
            }
        } else if (last.revoked() && ofThisRun) {
            boolean silent = now.hasCome(seen.assignedAtMs(slot) + policy.releaseTimeoutMs());
            if (dead || silent) {
                fences.add(new Effect.FenceLease(run.name(), last.worker().name()));
                assign(run, slot, target);
            } else {
                isOnItsWay(slot, target);
            }
        } else if (dead || !ofThisRun) {
            revoke(run, last);
        } else if (worthMoving(run, last)) {
            prepare(run, last, target);
        }
    }

    private boolean worthMoving(PipelineAdmitted run, SlotAssigned last) {
        boolean finished =
                seen.status(last).filter(SlotStatus.Finished.class::isInstance).isPresent();
        // Who leaves does not wait until nobody else comes or goes.
        boolean mayMove = staff.settled() || staff.leaves(last.worker());
        return mayMove && !finished && control.phase(run) == Phase.RUNNING;
    }

    /** The slot goes on where it is until the worker that it moves to has its state at hand. */
    private void prepare(PipelineAdmitted run, SlotAssigned last, WorkerId target) {
        SlotId slot = last.slot();
        boolean leaves = staff.leaves(last.worker());
        if (!leaves && !followers.isFollower(slot, target)) {
            wishes.add(new Wish(run, slot, target));
            return;
        }
        isOnItsWay(slot, target);
        Stage stage = Stage.of(slot);
        if (followers.isClose(run, slot, target)
                && !stagesThatMove.contains(stage)
                && !anySilent(run, slot.stage())
                && (leaves || isNextDue(run, slot.stage()))) {
            stagesThatMove.add(stage);
            revoke(run, last);
        }
    }

    private void isOnItsWay(SlotId slot, WorkerId target) {
        moves.put(slot, target);
        ways.add(Way.of(slot, target));
    }

    /**
     * A worker gets ready for one slot of a stage at a time: it opens files and reads changelogs one after the other anyway, and what it has at hand already
     * would fall behind meanwhile.
     */
    private void begin(Wish wish) {
        SlotId slot = wish.slot();
        if (!ways.contains(Way.of(slot, wish.to())) && !anySilent(wish.run(), slot.stage())) {
            isOnItsWay(slot, wish.to());
        }
    }

    /** Returns whether a slot of the stage is on its way between workers, or is being opened. */
    private boolean anySilent(PipelineAdmitted run, int stage) {
        return slotsOf(run, stage)
                .flatMap(slot -> control.assignment(run, slot).stream())
                .anyMatch(this::isSilent);
    }

    /** Returns whether the stages behind have had the time to get over the last move. */
    private boolean isNextDue(PipelineAdmitted run, int stage) {
        long lastMs = slotsOf(run, stage).mapToLong(seen::assignedAtMs).max().orElse(0);
        int slots = run.plan().stage(stage).slots();
        return now.hasCome(lastMs + policy.moveIntervalMs(slots));
    }

    private static Stream<SlotId> slotsOf(PipelineAdmitted run, int stage) {
        return ControlState.slots(run).stream().filter(slot -> slot.stage() == stage);
    }

    private boolean isSilent(SlotAssigned last) {
        boolean opened = !last.revoked()
                && seen.status(last)
                        .filter(status -> !(status instanceof SlotStatus.Running running
                                && running.checkpoint() == SlotStatus.NONE))
                        .isPresent();
        // One that does not open, or whose owner is gone, is not to keep the others where they are.
        return !opened && !now.hasCome(seen.assignedAtMs(last.slot()) + policy.releaseTimeoutMs());
    }

    private void revoke(PipelineAdmitted run, SlotAssigned last) {
        revoked.add(new SlotAssigned(
                last.slot(), run.instance(), last.worker(), true, last.epoch().next()));
    }

    private void assign(PipelineAdmitted run, SlotId slot, WorkerId worker) {
        assign(run, slot, worker, SlotAssigned.UNKNOWN);
    }

    private void assign(PipelineAdmitted run, SlotId slot, WorkerId worker, long changelogEnd) {
        assigned.add(new SlotAssigned(
                slot, run.instance(), worker, false, control.epoch(slot).next(), changelogEnd));
    }

    /** Returns what says who has let go because it was told to: nobody has appended since, for nobody else may. */
    private static long changelogEnd(SlotStatus letGo) {
        return letGo instanceof SlotStatus.Released released ? released.changelogEnd() : SlotAssigned.UNKNOWN;
    }
}
