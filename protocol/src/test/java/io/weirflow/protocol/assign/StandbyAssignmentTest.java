package io.weirflow.protocol.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StandbyAssignmentTest {

    private static List<SlotId> slots(int count) {
        List<SlotId> slots = new ArrayList<>();
        for (int partition = 0; partition < count; partition++) {
            slots.add(new SlotId("p", 0, partition));
        }
        return slots;
    }

    private static List<WorkerId> workers(int count) {
        List<WorkerId> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            workers.add(new WorkerId("w" + i, 1));
        }
        return workers;
    }

    private static SortedMap<SlotId, Set<WorkerId>> assign(
            Map<SlotId, WorkerId> owners, List<WorkerId> workers, Map<SlotId, Set<WorkerId>> current, int wanted) {
        return StandbyAssignment.assign(owners, workers, current, slot -> wanted, SlotAssignment.Limits.NONE, Set.of());
    }

    private static Map<WorkerId, Long> load(Map<SlotId, Set<WorkerId>> standbys) {
        return standbys.values().stream()
                .flatMap(Set::stream)
                .collect(Collectors.groupingBy(worker -> worker, Collectors.counting()));
    }

    private static int changes(Map<SlotId, Set<WorkerId>> before, Map<SlotId, Set<WorkerId>> after) {
        return after.entrySet().stream()
                .mapToInt(one -> (int) one.getValue().stream()
                        .filter(worker ->
                                !before.getOrDefault(one.getKey(), Set.of()).contains(worker))
                        .count())
                .sum();
    }

    @Test
    void standbysAreOtherWorkersAndWhatAnOwnerLeavesIsSpread() {
        SortedMap<SlotId, WorkerId> owners = SlotAssignment.assign(slots(9), workers(3), Map.of());
        SortedMap<SlotId, Set<WorkerId>> standbys = assign(owners, workers(3), Map.of(), 1);
        assertThat(load(standbys).values()).containsExactly(3L, 3L, 3L);
        owners.forEach(
                (slot, owner) -> assertThat(standbys.get(slot)).hasSize(1).doesNotContain(owner));
        for (WorkerId owner : workers(3)) {
            Set<WorkerId> heirs = standbys.entrySet().stream()
                    .filter(one -> owner.equals(owners.get(one.getKey())))
                    .flatMap(one -> one.getValue().stream())
                    .collect(Collectors.toSet());
            assertThat(heirs).as("heirs of " + owner).hasSize(2);
        }
    }

    /** Where a slot goes depends on who follows which; if standbys made room for it, the two would change for each other's sake without end. */
    @Test
    void whileASlotIsOnItsWayTheStandbysOfItsStageStayWhereTheyAre() {
        List<WorkerId> workers = workers(3);
        List<SlotId> slots = slots(2);
        Map<SlotId, WorkerId> owners = Map.of(slots.get(0), workers.get(2), slots.get(1), workers.get(2));
        Map<SlotId, Set<WorkerId>> onOne =
                Map.of(slots.get(0), Set.of(workers.get(0)), slots.get(1), Set.of(workers.get(0)));
        assertThat(StandbyAssignment.assign(
                        owners, workers, onOne, slot -> 1, SlotAssignment.Limits.NONE, Set.of(slots.get(1))))
                .isEqualTo(onOne);
        assertThat(load(assign(owners, workers, onOne, 1)))
                .as("when nothing moves")
                .containsExactlyInAnyOrderEntriesOf(Map.of(workers.get(0), 1L, workers.get(1), 1L));
    }

    @Test
    void withoutEnoughWorkersThereAreFewer() {
        SortedMap<SlotId, WorkerId> owners = SlotAssignment.assign(slots(2), workers(2), Map.of());
        assertThat(assign(owners, workers(2), Map.of(), 3).values())
                .allSatisfy(one -> assertThat(one).hasSize(1));
        assertThat(assign(owners, workers(1), Map.of(), 1).values())
                .as("the owner does not stand by for itself")
                .containsExactlyInAnyOrder(Set.of(), Set.of(workers(1).get(0)));
        assertThat(assign(owners, workers(2), Map.of(), 0).values()).containsOnly(Set.of());
    }

    @Test
    void aWorkerStandsByOnlyForStagesThatItTakes() {
        SlotAssignment.Limits limits = new SlotAssignment.Limits() {
            @Override
            public boolean takes(WorkerId worker, String pipeline, int stage) {
                return !worker.name().equals("w1");
            }

            @Override
            public int workers(String pipeline, int stage) {
                return 1;
            }
        };
        Map<SlotId, WorkerId> owners = Map.of(slots(1).get(0), workers(1).get(0));
        assertThat(StandbyAssignment.assign(owners, workers(3), Map.of(), slot -> 2, limits, Set.of())
                        .values())
                .containsExactly(Set.of(workers(3).get(2)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void isBalancedAndStaysAsItIs(int seed) {
        Random random = new Random(seed);
        List<WorkerId> all = workers(6);
        Map<SlotId, WorkerId> owners = new HashMap<>();
        Map<SlotId, Set<WorkerId>> standbys = Map.of();
        for (int round = 0; round < 50; round++) {
            List<WorkerId> live = new ArrayList<>(all);
            live.removeIf(worker -> random.nextInt(4) == 0);
            if (live.size() < 2) {
                continue;
            }
            owners = new HashMap<>(SlotAssignment.assign(slots(12), live, owners));
            SortedMap<SlotId, Set<WorkerId>> next = assign(owners, live, standbys, 1);
            assertThat(assign(owners, live, next, 1)).as("once decided").isEqualTo(next);
            assertThat(next.values())
                    .allSatisfy(one -> assertThat(one).hasSize(1).isSubsetOf(live));
            Map<WorkerId, Long> load = load(next);
            long least = live.stream()
                    .mapToLong(one -> load.getOrDefault(one, 0L))
                    .min()
                    .orElseThrow();
            long most = live.stream()
                    .mapToLong(one -> load.getOrDefault(one, 0L))
                    .max()
                    .orElseThrow();
            if (live.size() > 2) {
                assertThat(most - least).isLessThanOrEqualTo(1);
            }
            standbys = next;
        }
    }

    @Test
    void aDeadWorkersStandbysAreAllThatMoves() {
        SortedMap<SlotId, WorkerId> owners = SlotAssignment.assign(slots(12), workers(4), Map.of());
        SortedMap<SlotId, Set<WorkerId>> before = assign(owners, workers(4), Map.of(), 1);
        long ofTheDead = load(before).getOrDefault(workers(4).get(3), 0L);
        SortedMap<SlotId, Set<WorkerId>> after = assign(owners, workers(3), before, 1);
        assertThat(changes(before, after)).isEqualTo((int) ofTheDead);
    }
}
