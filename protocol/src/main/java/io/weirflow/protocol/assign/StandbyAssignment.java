package io.weirflow.protocol.assign;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Decides which workers stand by for which slots: pure, deterministic, balanced, sticky.
 *
 * <p>Nobody stands by for a slot of its own. Within a stage standbys are spread until no worker has two more than another that could take one; those of
 * one owner go to different workers, so that what it leaves behind when it dies is spread, too. A standby stays where it is unless its worker is gone
 * or balance asks for it, because another has to read all of the state first.
 */
public final class StandbyAssignment {

    private final List<WorkerId> workers;
    private final SlotAssignment.Limits limits;
    private final Map<SlotId, WorkerId> owners;
    private final Map<WorkerId, Integer> total = new HashMap<>();
    private final SortedMap<SlotId, Set<WorkerId>> standbys = new TreeMap<>();

    private StandbyAssignment(
            Collection<WorkerId> workers, SlotAssignment.Limits limits, Map<SlotId, WorkerId> owners) {
        this.workers = workers.stream().sorted(SlotAssignment.BY_NAME).toList();
        this.limits = limits;
        this.owners = owners;
    }

    /**
     * Returns the standbys of each slot that has an owner; fewer than wanted where there are not enough workers.
     *
     * @param owners of the slots, of any number of pipelines and stages
     * @param workers who may stand by
     * @param current the standbys so far; others than these workers do not matter
     * @param wanted how many a slot should have, 0 or more
     * @param limits which of the workers take slots of a stage; to how many workers a stage is limited does not matter
     * @param moving slots that are on their way to another owner. Where they go depends on who follows which slot; so while one of a stage is on its way, its
     *     standbys stay where they are, or the two would change for each other's sake without end
     */
    public static SortedMap<SlotId, Set<WorkerId>> assign(
            Map<SlotId, WorkerId> owners,
            Collection<WorkerId> workers,
            Map<SlotId, ? extends Collection<WorkerId>> current,
            ToIntFunction<SlotId> wanted,
            SlotAssignment.Limits limits,
            Set<SlotId> moving) {
        StandbyAssignment assignment = new StandbyAssignment(workers, limits, owners);
        SortedMap<SlotId, List<SlotId>> stages = new TreeMap<>();
        owners.keySet().stream()
                .sorted()
                .forEach(slot -> stages.computeIfAbsent(
                                new SlotId(slot.pipeline(), slot.stage(), 0), stage -> new ArrayList<>())
                        .add(slot));
        stages.values()
                .forEach(slots -> assignment.assignStage(
                        slots, current, wanted, slots.stream().anyMatch(moving::contains)));
        return assignment.standbys;
    }

    private void assignStage(
            List<SlotId> slots,
            Map<SlotId, ? extends Collection<WorkerId>> current,
            ToIntFunction<SlotId> wanted,
            boolean moving) {
        Map<WorkerId, Integer> load = new HashMap<>();
        for (SlotId slot : slots) {
            Set<WorkerId> kept = new TreeSet<>(SlotAssignment.BY_NAME);
            Collection<WorkerId> before = current.get(slot);
            if (before != null) {
                before.stream()
                        .filter(worker -> may(worker, slot))
                        .sorted(SlotAssignment.BY_NAME)
                        .limit(wanted.applyAsInt(slot))
                        .forEach(kept::add);
            }
            kept.forEach(worker -> load.merge(worker, 1, Integer::sum));
            standbys.put(slot, kept);
        }
        slots.forEach(slot -> fill(slot, slots, wanted.applyAsInt(slot), load));
        while (!moving && balance(slots, load)) {
            // Each step takes one from a worker that has two more than another, so it comes to an end.
        }
        load.forEach((worker, count) -> total.merge(worker, count, Integer::sum));
    }

    private boolean may(WorkerId worker, SlotId slot) {
        return workers.contains(worker)
                && !worker.equals(owners.get(slot))
                && limits.takes(worker, slot.pipeline(), slot.stage());
    }

    private Set<WorkerId> of(SlotId slot) {
        return standbys.getOrDefault(slot, Set.of());
    }

    private void fill(SlotId slot, List<SlotId> slots, int wanted, Map<WorkerId, Integer> load) {
        Comparator<WorkerId> byLoad = Comparator.comparingInt(worker -> load.getOrDefault(worker, 0));
        Comparator<WorkerId> best = byLoad.thenComparingLong(worker -> forSameOwner(worker, slot, slots))
                .thenComparingInt(worker -> total.getOrDefault(worker, 0))
                .thenComparing(SlotAssignment.BY_NAME);
        Set<WorkerId> has = of(slot);
        while (has.size() < wanted) {
            List<WorkerId> free = workers.stream()
                    .filter(worker -> may(worker, slot) && !has.contains(worker))
                    .toList();
            if (free.isEmpty()) {
                return;
            }
            WorkerId next = free.stream().min(best).orElseThrow();
            has.add(next);
            load.merge(next, 1, Integer::sum);
        }
    }

    /** Returns for how many slots of the same owner a worker stands by already. */
    private long forSameOwner(WorkerId worker, SlotId slot, List<SlotId> slots) {
        WorkerId owner = owners.get(slot);
        return slots.stream()
                .filter(other -> of(other).contains(worker))
                .filter(other -> owner != null && owner.equals(owners.get(other)))
                .count();
    }

    /** Moves one standby from a worker to one that has two fewer; false when there is nothing to gain. */
    private boolean balance(List<SlotId> slots, Map<WorkerId, Integer> load) {
        for (SlotId slot : slots) {
            for (WorkerId from : List.copyOf(of(slot))) {
                for (WorkerId to : workers) {
                    boolean gains = load.getOrDefault(from, 0) >= load.getOrDefault(to, 0) + 2;
                    if (gains && may(to, slot) && !of(slot).contains(to)) {
                        of(slot).remove(from);
                        of(slot).add(to);
                        load.merge(from, -1, Integer::sum);
                        load.merge(to, 1, Integer::sum);
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
