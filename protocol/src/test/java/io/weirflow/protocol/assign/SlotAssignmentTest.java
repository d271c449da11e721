package io.weirflow.protocol.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlotAssignmentTest {

    private static List<SlotId> slots(int... slotsOfStages) {
        List<SlotId> slots = new ArrayList<>();
        for (int stage = 0; stage < slotsOfStages.length; stage++) {
            for (int partition = 0; partition < slotsOfStages[stage]; partition++) {
                slots.add(new SlotId("p", stage, partition));
            }
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

    private static Map<WorkerId, Long> load(Map<SlotId, WorkerId> assignment, int stage) {
        return assignment.entrySet().stream()
                .filter(entry -> entry.getKey().stage() == stage)
                .collect(Collectors.groupingBy(Map.Entry::getValue, Collectors.counting()));
    }

    private static void assertBalanced(Map<SlotId, WorkerId> assignment, int stage, int slots, List<WorkerId> workers) {
        Map<WorkerId, Long> load = load(assignment, stage);
        for (WorkerId worker : workers) {
            long has = load.getOrDefault(worker, 0L);
            assertThat(has).isBetween((long) slots / workers.size(), (slots + workers.size() - 1L) / workers.size());
        }
    }

    @Test
    void manySmallStagesAreSpread() {
        SortedMap<SlotId, WorkerId> assignment = SlotAssignment.assign(slots(1, 1, 1, 1), workers(2), Map.of());
        assertThat(assignment.values().stream()
                        .collect(Collectors.groupingBy(worker -> worker, Collectors.counting()))
                        .values())
                .containsExactly(2L, 2L);
    }

    @Test
    void withoutWorkersNothingIsAssigned() {
        assertThat(SlotAssignment.assign(slots(4), List.of(), Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomHistoriesStayBalancedStickyAndDeterministic(long seed) {
        Random random = new Random(seed);
        for (int history = 0; history < 100; history++) {
            int[] sizes = {1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(3)};
            List<SlotId> slots = slots(sizes);
            Map<SlotId, WorkerId> current = new HashMap<>();
            for (int change = 0; change < 10; change++) {
                List<WorkerId> live = workers(5);
                Collections.shuffle(live, random);
                live = live.subList(0, 1 + random.nextInt(5));
                Map<SlotId, WorkerId> next = SlotAssignment.assign(slots, live, current);
                assertThat(next.keySet()).containsExactlyInAnyOrderElementsOf(slots);
                assertThat(next.values()).isSubsetOf(live);
                for (int stage = 0; stage < sizes.length; stage++) {
                    assertBalanced(next, stage, sizes[stage], live);
                    assertThat(moves(current, next, stage)).isEqualTo(fewestMoves(current, live, stage, sizes[stage]));
                }
                assertThat(SlotAssignment.assign(slots, live, next)).isEqualTo(next);
                List<SlotId> shuffled = new ArrayList<>(slots);
                Collections.shuffle(shuffled, random);
                List<WorkerId> reversed = new ArrayList<>(live);
                Collections.reverse(reversed);
                assertThat(SlotAssignment.assign(shuffled, reversed, current)).isEqualTo(next);
                current = next;
            }
        }
    }

    private static long moves(Map<SlotId, WorkerId> before, Map<SlotId, WorkerId> after, int stage) {
        return after.entrySet().stream()
                .filter(entry -> entry.getKey().stage() == stage)
                .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
                .count();
    }

    /** What no balanced assignment can save: slots without a live owner, and those over the shares. */
    private static long fewestMoves(Map<SlotId, WorkerId> before, List<WorkerId> live, int stage, int slots) {
        long share = slots / live.size();
        long odd = slots % live.size();
        Map<WorkerId, Long> load = load(before, stage);
        long kept = 0;
        long overShare = 0;
        for (WorkerId worker : live) {
            long has = load.getOrDefault(worker, 0L);
            kept += Math.min(has, share);
            overShare += has > share ? 1 : 0;
        }
        return slots - kept - Math.min(overShare, odd);
    }

    private static SlotAssignment.Limits limits(int workersOfStage1, String onlyForStage0) {
        return new SlotAssignment.Limits() {
            @Override
            public boolean takes(WorkerId worker, String pipeline, int stage) {
                return !worker.name().equals(onlyForStage0) || stage == 0;
            }

            @Override
            public int workers(String pipeline, int stage) {
                return stage == 1 ? workersOfStage1 : Integer.MAX_VALUE;
            }
        };
    }

    @Test
    void aLimitedStageKeepsTheWorkersThatHaveMostOfIt() {
        List<SlotId> slots = slots(4, 4);
        List<WorkerId> live = workers(4);
        SortedMap<SlotId, WorkerId> all = SlotAssignment.assign(slots, live, Map.of());
        assertThat(load(all, 1)).hasSize(4);
        SortedMap<SlotId, WorkerId> two = SlotAssignment.assign(slots, live, all, Map.of(), limits(2, ""));
        assertThat(load(two, 1).values()).containsExactly(2L, 2L);
        assertThat(moves(all, two, 1)).isEqualTo(2);
        assertThat(moves(all, two, 0)).isZero();
        SortedMap<SlotId, WorkerId> one = SlotAssignment.assign(slots, live, two, Map.of(), limits(1, ""));
        assertThat(load(one, 1).values()).containsExactly(4L);
        assertThat(load(two, 1).keySet()).containsAll(load(one, 1).keySet());
        assertThat(SlotAssignment.assign(slots, live, one, Map.of(), limits(9, "")))
                .satisfies(many -> assertThat(load(many, 1)).hasSize(4));
    }

    @Test
    void aWorkerGetsOnlyWhatItTakes() {
        List<SlotId> slots = slots(4, 4);
        SortedMap<SlotId, WorkerId> assignment =
                SlotAssignment.assign(slots, workers(2), Map.of(), Map.of(), limits(Integer.MAX_VALUE, "w0"));
        assertThat(load(assignment, 0).values()).containsExactly(2L, 2L);
        assertThat(load(assignment, 1)).isEqualTo(Map.of(new WorkerId("w1", 1), 4L));
        assertThat(SlotAssignment.assign(slots, workers(1), Map.of(), Map.of(), limits(1, "w0"))
                        .keySet())
                .as("slots that nobody takes have no owner")
                .allMatch(slot -> slot.stage() == 0);
    }

    /** A move takes a while, and slots arrive in any order: what one worker has begun to read is not given to another meanwhile. */
    @Test
    void whatMovesGoesToThoseWhoFollowIt() {
        List<SlotId> slots = slots(8);
        List<WorkerId> four = workers(4);
        Map<SlotId, WorkerId> current = new HashMap<>();
        slots.forEach(slot -> current.put(slot, four.get(0)));
        SortedMap<SlotId, WorkerId> wanted = SlotAssignment.assign(slots, four, current);
        Map<SlotId, List<WorkerId>> followers = new HashMap<>();
        wanted.forEach((slot, worker) -> followers.put(slot, List.of(worker)));
        for (int arrived = 7; arrived >= 0; arrived--) {
            current.put(slots.get(arrived), wanted.get(slots.get(arrived)));
            assertThat(SlotAssignment.assign(slots, four, current, followers, SlotAssignment.Limits.NONE))
                    .isEqualTo(wanted);
        }
    }

    @Test
    void followersGetNoMoreThanTheirShare() {
        List<SlotId> slots = slots(7);
        List<WorkerId> three = workers(3);
        Map<SlotId, List<WorkerId>> followers = new HashMap<>();
        slots.forEach(slot -> followers.put(slot, List.of(three.get(2))));
        SortedMap<SlotId, WorkerId> assignment =
                SlotAssignment.assign(slots, three, Map.of(), followers, SlotAssignment.Limits.NONE);
        assertBalanced(assignment, 0, 7, three);
        assertThat(load(assignment, 0)).containsEntry(three.get(2), 3L);
    }

    @Test
    void aLimitedStageGoesToThoseWhoFollowMostOfIt() {
        List<SlotId> slots = slots(0, 4);
        List<WorkerId> three = workers(3);
        Map<SlotId, WorkerId> current = new HashMap<>();
        slots.forEach(slot -> current.put(slot, three.get(0)));
        Map<SlotId, List<WorkerId>> followers = Map.of(slots.get(3), List.of(three.get(2)));
        assertThat(load(SlotAssignment.assign(slots, three, current, followers, limits(2, "")), 1))
                .isEqualTo(Map.of(three.get(0), 2L, three.get(2), 2L));
    }
}
