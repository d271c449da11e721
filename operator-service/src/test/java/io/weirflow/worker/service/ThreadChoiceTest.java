package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.id.SlotId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ThreadChoiceTest {

    private final Map<SlotId, String> placed = new HashMap<>();

    @Test
    void slotsOfEachStageAreSpreadOverAllThreads() {
        for (int stage = 0; stage < 2; stage++) {
            for (int partition = 0; partition < 4; partition++) {
                place(slot(stage, partition), List.of("one", "two"));
            }
        }

        for (int stage = 0; stage < 2; stage++) {
            assertThat(threadsOf(stage)).as("stage %d", stage).containsExactly("one", "two", "one", "two");
        }
    }

    @Test
    void stagesOfOneSlotEachDoNotMeetOnOneThread() {
        List<String> threads = List.of("one", "two", "three");
        for (int stage = 0; stage < 3; stage++) {
            place(slot(stage, 0), threads);
        }

        assertThat(placed.values()).containsExactlyInAnyOrderElementsOf(threads);
    }

    private void place(SlotId slot, List<String> threads) {
        placed.put(slot, ThreadChoice.of(slot, threads, placed));
    }

    private List<String> threadsOf(int stage) {
        return List.of(0, 1, 2, 3).stream()
                .map(partition -> placed.get(slot(stage, partition)))
                .toList();
    }

    private static SlotId slot(int stage, int partition) {
        return new SlotId("p", stage, partition);
    }
}
