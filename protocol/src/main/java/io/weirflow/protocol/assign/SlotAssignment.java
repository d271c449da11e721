package io.weirflow.protocol.assign;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides which worker runs which slot: pure, deterministic, balanced, sticky.
 *
 * <p>Stages are taken one by one. Within a stage no worker has more than {@code ⌈slots / workers⌉} slots and none fewer than
 * {@code ⌊slots / workers⌋}, so that the stage's load is spread. A slot stays where it is unless its owner is gone or has more than its
 * share; only what is over moves, first to those who follow it and have its state at hand. Who gets the odd slots of a stage: those who have them
 * already, then whoever has the fewest slots in all, so that many small stages do not pile up on one worker. A stage may be limited to some workers
 * and to a number of them; then the ones that have most of its slots are kept.
 */
public final class SlotAssignment {

    static final Comparator<WorkerId> BY_NAME =
            Comparator.comparing(WorkerId::name).thenComparingLong(WorkerId::incarnation);

    private final Map<SlotId, ? extends Collection<WorkerId>> followers;
    private final SortedMap<WorkerId, Integer> total = new TreeMap<>(BY_NAME);
    private final SortedMap<SlotId, WorkerId> target = new TreeMap<>();

    private SlotAssignment(Collection<WorkerId> workers, Map<SlotId, ? extends Collection<WorkerId>> followers) {
        this.followers = followers;
        workers.forEach(worker -> total.put(worker, 0));
    }

    /** What limits the workers of stages. */
    public interface Limits {

        /** No limits. */
        Limits NONE = new Limits() {
            @Override
            public boolean takes(WorkerId worker, String pipeline, int stage) {
                return true;
            }

            @Override
            public int workers(String pipeline, int stage) {
                return Integer.MAX_VALUE;
            }
        };

        /** Returns whether the worker takes slots of the stage. */
        boolean takes(WorkerId worker, String pipeline, int stage);

        /** Returns how many workers the stage's slots are spread over at most, 1 or more. */
        int workers(String pipeline, int stage);
    }

    /** {@link #assign(Collection, Collection, Map, Map, Limits)} without limits and followers. */
    public static SortedMap<SlotId, WorkerId> assign(
            Collection<SlotId> slots, Collection<WorkerId> workers, Map<SlotId, WorkerId> current) {
        return assign(slots, workers, current, Map.of(), Limits.NONE);
    }

    /**
     * Returns the owner of each slot.
     *
     * @param slots of any number of pipelines and stages
     * @param workers who may own them; slots of a stage that none of them takes have no owner in the result
     * @param current the owners so far; entries of other slots and workers do not matter
     * @param followers who has the state of a slot at hand; entries of other slots and workers do not matter
     */
    public static SortedMap<SlotId, WorkerId> assign(
            Collection<SlotId> slots,
            Collection<WorkerId> workers,
            Map<SlotId, WorkerId> current,
            Map<SlotId, ? extends Collection<WorkerId>> followers,
            Limits limits) {
        SlotAssignment assignment = new SlotAssignment(workers, followers);
        SortedMap<SlotId, SortedSet<SlotId>> stages = new TreeMap<>();
        slots.forEach(
                slot -> stages.computeIfAbsent(new SlotId(slot.pipeline(), slot.stage(), 0), stage -> new TreeSet<>())
                        .add(slot));
        stages.forEach((stage, ofStage) -> {
            List<WorkerId> chosen = assignment.chosen(stage, ofStage, current, limits);
            if (!chosen.isEmpty()) {
                assignment.assignStage(ofStage, chosen, current);
            }
        });
        return assignment.target;
    }

    /** Returns the workers of a stage, by name. */
    private List<WorkerId> chosen(SlotId stage, SortedSet<SlotId> slots, Map<SlotId, WorkerId> current, Limits limits) {
        List<WorkerId> taking = total.keySet().stream()
                .filter(worker -> limits.takes(worker, stage.pipeline(), stage.stage()))
                .toList();
        int most = limits.workers(stage.pipeline(), stage.stage());
        if (taking.size() <= most) {
            return taking;
        }
        Comparator<WorkerId> byOwned =
                Comparator.comparingInt(worker -> -owned(worker, slots, current).size());
        return taking.stream()
                .sorted(byOwned.thenComparingLong(worker -> -slots.stream()
                                .filter(slot -> follows(worker, slot))
                                .count())
                        .thenComparingInt(worker -> total.getOrDefault(worker, 0))
                        .thenComparing(BY_NAME))
                .limit(most)
                .sorted(BY_NAME)
                .toList();
    }

    private boolean follows(WorkerId worker, SlotId slot) {
        Collection<WorkerId> ofSlot = followers.get(slot);
        return ofSlot != null && ofSlot.contains(worker);
    }

    private static List<SlotId> owned(WorkerId worker, SortedSet<SlotId> slots, Map<SlotId, WorkerId> current) {
        List<SlotId> owned = new ArrayList<>();
        slots.stream().filter(slot -> worker.equals(current.get(slot))).forEach(owned::add);
        return owned;
    }

    private void assignStage(SortedSet<SlotId> slots, List<WorkerId> workers, Map<SlotId, WorkerId> current) {
        List<Share> shares = kept(slots, workers, current);
        Set<SlotId> free = new TreeSet<>(slots);
        shares.forEach(share -> share.slots.forEach(free::remove));
        giveToFollowers(free, shares, slots.size());
        for (SlotId slot : free) {
            shares.stream()
                    .min(Comparator.<Share>comparingInt(share -> share.slots.size())
                            .thenComparingInt(share -> share.elsewhere + share.slots.size()))
                    .orElseThrow()
                    .slots
                    .add(slot);
        }
        for (Share share : shares) {
            share.slots.forEach(slot -> target.put(slot, share.worker));
            total.merge(share.worker, share.slots.size(), Integer::sum);
        }
    }

    /** Whoever has the state of a slot at hand gets it, within its share. */
    private void giveToFollowers(Set<SlotId> free, List<Share> shares, int slots) {
        int share = slots / shares.size();
        int odd = slots % shares.size();
        for (SlotId slot : List.copyOf(free)) {
            boolean oddLeft =
                    shares.stream().filter(one -> one.slots.size() > share).count() < odd;
            shares.stream()
                    .filter(one -> follows(one.worker, slot))
                    .filter(one -> one.slots.size() < share || one.slots.size() == share && oddLeft)
                    .min(Comparator.comparingInt(one -> one.slots.size()))
                    .ifPresent(one -> {
                        one.slots.add(slot);
                        free.remove(slot);
                    });
        }
    }

    /** Returns what each worker keeps of the stage: its share, and one of the odd slots while there are such. */
    private List<Share> kept(SortedSet<SlotId> slots, List<WorkerId> workers, Map<SlotId, WorkerId> current) {
        int share = slots.size() / workers.size();
        int odd = slots.size() % workers.size();
        List<Share> shares = new ArrayList<>();
        for (WorkerId worker : workers) {
            List<SlotId> owned = owned(worker, slots, current);
            boolean takesOdd = owned.size() > share && odd > 0;
            int most = takesOdd ? share + 1 : share;
            odd -= takesOdd ? 1 : 0;
            if (owned.size() > most) {
                owned.subList(most, owned.size()).clear();
            }
            shares.add(new Share(worker, total.getOrDefault(worker, 0), owned));
        }
        return shares;
    }

    /** What a worker has of one stage, and how many slots of stages that were dealt with before. */
    private record Share(WorkerId worker, int elsewhere, List<SlotId> slots) {}
}
