package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.id.Incarnation;
import io.weirflow.testkit.seed.Seeded;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.sim.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Slots under every fault that one seed can think of; see {@link SlotWorld} for the faults and the checkers for the invariants. */
@Execution(ExecutionMode.CONCURRENT)
final class SlotSimulationTest {

    private static final int FAULTS = 14;
    private static final Pattern SUM =
            Pattern.compile("\"k\":(\\d+),\"from\":\"([^\"]+)\",\"n\":\\d+,\"total\":(\\d+)");
    private static final Pattern ID = Pattern.compile("^rows:\\d:\\{\"id\":(\\d+),.*");

    @Seeded(seeds = 820)
    void commitsWhatARunWithoutFaultsCommits(long seed) {
        SlotWorld world = new SlotWorld(seed, FAULTS, Doubles.NONE);
        try {
            world.run();
            checkGlobal(world);
        } catch (Throwable e) {
            throw new AssertionError(e + "\n" + tail(world.trace), e);
        }
    }

    @Seeded(seeds = 20)
    void listsNoEffectWhenNothingGoesWrong(long seed) {
        SlotWorld world = new SlotWorld(seed, 0, Doubles.NONE);
        world.run();
        checkGlobal(world);
        assertThat(world.checkers().effectsListed()).isZero();
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        SlotWorld first = new SlotWorld(4_711, FAULTS, Doubles.NONE);
        SlotWorld second = new SlotWorld(4_711, FAULTS, Doubles.NONE);
        first.run();
        second.run();
        assertThat(first.trace).isNotEmpty().isEqualTo(second.trace);
        assertThat(first.output()).isNotEmpty().isEqualTo(second.output());
    }

    /** The checker Global: the committed output equals that of a run without faults, worked out from the input alone. */
    static void checkGlobal(SlotWorld world) {
        List<Long> ids = new ArrayList<>();
        Map<String, Long> inTopic = new TreeMap<>();
        for (String row : world.output()) {
            Matcher id = ID.matcher(row);
            if (id.matches()) {
                ids.add(Long.valueOf(id.group(1)));
            } else if (row.startsWith("sums:")) {
                addSum(inTopic, row);
            }
        }
        Map<String, Long> outside = new TreeMap<>();
        for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
            List<String> visible = world.outside.visible("run", partition);
            visible.forEach(row -> addSum(outside, row));
            checkEffects(world, Checkers.slotOfEffects(Incarnation.FIRST, partition), visible);
        }
        if (ids.size() != world.plan.ids().size() || ids.stream().distinct().count() != ids.size()) {
            throw new Violation(
                    "Global",
                    ids.size() + " rows in place of " + world.plan.ids().size());
        }
        checkPlain(world);
        if (!inTopic.equals(outside)) {
            throw new Violation("Global", "the sinks differ: " + inTopic + " and " + outside);
        }
        // When a source was idle, rows may be late, and then the interleaving decides what is in the sums.
        if (!world.idles() && !inTopic.equals(world.plan.sums())) {
            throw new Violation("Global", "sums are " + inTopic + " in place of " + world.plan.sums());
        }
    }

    /** Each row had its effect or is listed; the sink of effects was handed what the sink outside was. */
    private static void checkEffects(SlotWorld world, String slot, List<String> rows) {
        world.checkers().effectsFinished(slot, 0, rows.size());
        world.effects.rows(slot).forEach((sequence, row) -> {
            if (!row.equals(rows.get(sequence.intValue() - 1))) {
                throw new Violation("Global", slot + " had an effect for " + row + " as number " + sequence);
            }
        });
    }

    /** The checker AtLeastOnce: nothing is missing, and nothing is there that the exactly-once sink does not have. */
    private static void checkPlain(SlotWorld world) {
        Set<String> plain = new TreeSet<>();
        world.plainOutput().forEach(row -> plain.add(row.replaceFirst("^plain:", "rows:")));
        Set<String> once = new TreeSet<>(world.output());
        once.removeIf(row -> !row.startsWith("rows:"));
        if (!plain.equals(once)) {
            throw new Violation("AtLeastOnce", plain.size() + " different rows in place of " + once.size());
        }
    }

    private static void addSum(Map<String, Long> sums, String row) {
        Matcher sum = SUM.matcher(row);
        assertThat(sum.find()).as(row).isTrue();
        long from = java.time.Instant.parse(sum.group(2)).toEpochMilli();
        Long before = sums.put(sum.group(1) + "@" + from, Long.valueOf(sum.group(3)));
        if (before != null) {
            throw new Violation("Global", "a window came twice: " + row);
        }
    }

    static String tail(List<String> trace) {
        return String.join("\n", trace.subList(Math.max(0, trace.size() - 60), trace.size()));
    }
}
