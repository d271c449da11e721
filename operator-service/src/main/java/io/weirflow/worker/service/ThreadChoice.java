package io.weirflow.worker.service;

import io.weirflow.protocol.id.SlotId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Spreads slots over a worker's threads: those of one stage first, because they have about the same load as each other, then all of
 * them. Slots count from their assignment, while they are being opened, since many are assigned at once.
 */
final class ThreadChoice {

    private ThreadChoice() {}

    /**
     * Returns the thread for one more slot; of several that are as good, the first.
     *
     * @param placed the threads of the slots that are held already
     */
    static <T> T of(SlotId slot, List<T> threads, Map<SlotId, T> placed) {
        Comparator<T> fewestOfStage = Comparator.comparingLong(thread -> placed.entrySet().stream()
                .filter(entry -> entry.getValue() == thread && sameStage(entry.getKey(), slot))
                .count());
        Comparator<T> fewest = Comparator.comparingLong(
                thread -> placed.values().stream().filter(one -> one == thread).count());
        return threads.stream().min(fewestOfStage.thenComparing(fewest)).orElseThrow();
    }

    private static boolean sameStage(SlotId one, SlotId other) {
        return one.stage() == other.stage() && one.pipeline().equals(other.pipeline());
    }
}
