package io.weirflow.benchmarks.scale;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** What was seen of the rows on their way: how many each stage sent in each second, and when single slots of the stage that moves were silent. */
final class Flow {

    /** Shorter ones are the rhythm of a slot, and the scheduler's. */
    private static final long SHORTEST_MS = 60;

    private final List<TreeMap<Long, Long>> rowsBySecond = new ArrayList<>();
    private final Map<Integer, Long> lastMs = new HashMap<>();
    private final List<Gap> gaps = new ArrayList<>();

    /** Time in which a slot sent nothing new. */
    record Gap(int slot, long fromMs, long untilMs) {
        long ms() {
            return untilMs - fromMs;
        }
    }

    /** @param stages how many stages send */
    Flow(int stages) {
        for (int stage = 0; stage < stages; stage++) {
            rowsBySecond.add(new TreeMap<>());
        }
    }

    /** A stage has sent so many new rows. */
    synchronized void rows(int stage, long atMs, long count) {
        rowsBySecond.get(stage).merge(atMs / 1_000, count, Long::sum);
    }

    /** A slot of the stage that moves has sent something new. */
    synchronized void slot(int slot, long atMs) {
        Long before = lastMs.get(slot);
        if (before != null && atMs - before >= SHORTEST_MS) {
            gaps.add(new Gap(slot, before, atMs));
        }
        lastMs.put(slot, before == null ? atMs : Math.max(before, atMs));
    }

    /** Returns the longest silence of a slot that overlaps a span of time. */
    synchronized Optional<Gap> longestGap(int slot, long fromMs, long untilMs) {
        return gaps.stream()
                .filter(gap -> gap.slot() == slot && gap.untilMs() >= fromMs && gap.fromMs() <= untilMs)
                .max(Comparator.comparingLong(Gap::ms));
    }

    /** Returns the seconds of a span, since the epoch, first and last left out. */
    static LongStream seconds(long fromMs, long untilMs) {
        return LongStream.range(fromMs / 1_000 + 1, untilMs / 1_000);
    }

    /** Returns how many rows a stage sent in each of the {@linkplain #seconds seconds} of a span. */
    synchronized SortedMap<Long, Long> bySecond(int stage, long fromMs, long untilMs) {
        SortedMap<Long, Long> counts = new TreeMap<>();
        seconds(fromMs, untilMs)
                .forEach(second -> counts.put(second, rowsBySecond.get(stage).getOrDefault(second, 0L)));
        return counts;
    }
}
