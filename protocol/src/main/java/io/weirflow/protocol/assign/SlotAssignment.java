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
 * share; only what is over moves. Who gets the odd slots of a stage: those who have them already, then whoever has the fewest slots
 * in all, so that many small stages do not pile up on one worker.
 */
public final class SlotAssignment {

    private static final Comparator<WorkerId> BY_NAME =
            Comparator.comparing(WorkerId::name).thenComparingLong(WorkerId::incarnation);

    private final SortedMap<WorkerId, Integer> total = new TreeMap<>(BY_NAME);
    private final SortedMap<SlotId, WorkerId> target = new TreeMap<>();

    private SlotAssignment(Collection<WorkerId> workers) {
        workers.forEach(worker -> total.put(worker, 0));
    }

    /**
     * Returns the owner of each slot.
     *
     * @param slots of any number of pipelines and stages
     * @param workers who may own them; with none, no slot has an owner and the result is empty
     * @param current the owners so far; entries of other slots and workers do not matter
     */
    public static SortedMap<SlotId, WorkerId> assign(
            Collection<SlotId> slots, Collection<WorkerId> workers, Map<SlotId, WorkerId> current) {
        SlotAssignment assignment = new SlotAssignment(workers);
        if (!workers.isEmpty()) {
            SortedMap<SlotId, SortedSet<SlotId>> stages = new TreeMap<>();
            slots.forEach(slot -> stages.computeIfAbsent(
                            new SlotId(slot.pipeline(), slot.stage(), 0), stage -> new TreeSet<>())
                    .add(slot));
            stages.values().forEach(stage -> assignment.assignStage(stage, current));
        }
        return assignment.target;
    }

    private void assignStage(SortedSet<SlotId> slots, Map<SlotId, WorkerId> current) {
        List<Share> shares = kept(slots, current);
        Set<SlotId> free = new TreeSet<>(slots);
        shares.forEach(share -> share.slots.forEach(free::remove));
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

    /** Returns what each worker keeps of the stage: its share, and one of the odd slots while there are such. */
    private List<Share> kept(SortedSet<SlotId> slots, Map<SlotId, WorkerId> current) {
        int share = slots.size() / total.size();
        int odd = slots.size() % total.size();
        List<Share> shares = new ArrayList<>();
        for (Map.Entry<WorkerId, Integer> worker : total.entrySet()) {
            List<SlotId> owned = new ArrayList<>();
            slots.stream()
                    .filter(slot -> worker.getKey().equals(current.get(slot)))
                    .forEach(owned::add);
            boolean takesOdd = owned.size() > share && odd > 0;
            int most = takesOdd ? share + 1 : share;
            odd -= takesOdd ? 1 : 0;
            if (owned.size() > most) {
                owned.subList(most, owned.size()).clear();
            }
            shares.add(new Share(worker.getKey(), worker.getValue(), owned));
        }
        return shares;
    }

    /** What a worker has of one stage, and how many slots of stages that were dealt with before. */
    private record Share(WorkerId worker, int elsewhere, List<SlotId> slots) {}
}
