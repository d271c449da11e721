package io.weirflow.coordinator;

import io.weirflow.protocol.assign.StandbyAssignment;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.fleet.FleetRecord.FollowerReport;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One look at who should keep the state of which slot at hand: its standbys, and the worker that it is about to move to (rule R11). The same following
 * serves both, so one that stands by is the first to be moved to, and takes over when the owner dies.
 */
final class FollowerPlan {

    /** What a worker reads of a changelog in a few milliseconds, and keeps on the heap until the slot's first checkpoint. */
    private static final long CLOSE_RECORDS = 1_000;

    private final ControlState control;
    private final Observations seen;
    private final Staff staff;
    private final List<PipelineAdmitted> runs;
    private final Map<SlotId, Set<WorkerId>> current = new HashMap<>();

    FollowerPlan(ControlState control, Observations seen, Staff staff, List<PipelineAdmitted> runs) {
        this.control = control;
        this.seen = seen;
        this.staff = staff;
        this.runs = runs;
        for (PipelineAdmitted run : runs) {
            for (SlotId slot : ControlState.slots(run)) {
                Set<WorkerId> followers = new TreeSet<>(Comparator.comparing(WorkerId::name));
                control.followers(run, slot).forEach(name -> staff.live(name).ifPresent(followers::add));
                if (!followers.isEmpty()) {
                    current.put(slot, followers);
                }
            }
        }
    }

    /** Returns the living workers that follow each slot by what was decided; slots without any are left out. */
    Map<SlotId, Set<WorkerId>> current() {
        return current;
    }

    /** Returns the living follower that is closest to the slot's state. */
    Optional<WorkerId> closest(PipelineAdmitted run, SlotId slot) {
        return current.getOrDefault(slot, Set.of()).stream()
                .filter(worker -> staff.takes(worker, run.name(), slot.stage()))
                .min(Comparator.comparingLong(worker -> lag(run, slot, worker)));
    }

    private long lag(PipelineAdmitted run, SlotId slot, WorkerId worker) {
        return seen.follower(slot, run.instance(), worker)
                .map(FollowerReport::lagRecords)
                .filter(lag -> lag >= 0)
                .orElse(Long.MAX_VALUE);
    }

    /** Returns whether a worker follows a slot by what was decided. */
    boolean isFollower(SlotId slot, WorkerId worker) {
        return current.getOrDefault(slot, Set.of()).contains(worker);
    }

    /** Returns whether a worker follows a slot and is close to its state. */
    boolean isClose(PipelineAdmitted run, SlotId slot, WorkerId worker) {
        return isFollower(slot, worker)
                && seen.follower(slot, run.instance(), worker)
                        .filter(FollowerPlan::isClose)
                        .isPresent();
    }

    static boolean isClose(FollowerReport report) {
        return report.lagRecords() >= 0 && report.lagRecords() <= CLOSE_RECORDS;
    }

    /**
     * Returns what is to be decided.
     *
     * @param moves where slots are about to move
     */
    List<ControlRecord> changes(Map<SlotId, WorkerId> moves) {
        // While workers come and go, nobody begins to read what it may not need in a moment.
        Map<SlotId, Set<WorkerId>> standbys = staff.settled() ? standbys(moves) : Map.of();
        List<ControlRecord> changes = new ArrayList<>();
        for (PipelineAdmitted run : runs) {
            for (SlotId slot : ControlState.slots(run)) {
                List<String> before = control.followers(run, slot);
                Set<String> after = new TreeSet<>();
                if (staff.settled()) {
                    standbys.getOrDefault(slot, Set.of()).forEach(worker -> after.add(worker.name()));
                } else {
                    after.addAll(before);
                }
                Optional.ofNullable(moves.get(slot)).ifPresent(target -> after.add(target.name()));
                if (!List.copyOf(after).equals(before)) {
                    changes.add(new SlotFollowed(slot, run.instance(), List.copyOf(after)));
                }
            }
        }
        return changes;
    }

    /** Who is about to be the owner does not count: a standby that has everything is not given up for it. */
    private Map<SlotId, Set<WorkerId>> standbys(Map<SlotId, WorkerId> moves) {
        Map<SlotId, List<WorkerId>> staying = new HashMap<>();
        current.forEach((slot, followers) -> {
            List<WorkerId> others = followers.stream()
                    .filter(worker -> !worker.equals(moves.get(slot)))
                    .toList();
            staying.put(slot, others);
        });
        Map<SlotId, WorkerId> owners = new HashMap<>();
        for (PipelineAdmitted run : runs) {
            for (SlotId slot : ControlState.slots(run)) {
                control.assignment(run, slot).map(SlotAssigned::worker).ifPresent(owner -> owners.put(slot, owner));
            }
        }
        return StandbyAssignment.assign(
                owners, staff.live(), staying, this::wanted, staff.limits(owners), moves.keySet());
    }

    private int wanted(SlotId slot) {
        return control.pipeline(slot.pipeline())
                .map(run -> run.plan().stage(slot.stage()).standbys())
                .orElse(0);
    }
}
