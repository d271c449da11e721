package io.weirflow.worker.service;

import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.sim.Violation;
import io.weirflow.worker.slot.SimPlan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checkers Global and AtLeastOnce: what each finished run has committed is what a run without faults commits, worked out from the input alone. */
final class FleetResults {

    private static final Pattern SUM =
            Pattern.compile("\"k\":(\\d+),\"from\":\"([^\"]+)\",\"n\":\\d+,\"total\":(\\d+)");
    private static final Pattern CALLED = Pattern.compile("^called:\\d:\\{\"id\":(\\d+),.*");
    private static final Pattern ID = Pattern.compile("^rows:\\d:\\{\"id\":(\\d+),.*");

    private FleetResults() {}

    static void check(FleetWorld world) {
        Map<String, Incarnation> runs = world.finishedRuns();
        if (runs.isEmpty()) {
            throw new Violation("Liveness", "no run has finished");
        }
        runs.forEach((instance, incarnation) -> check(world, instance, incarnation));
    }

    private static void check(FleetWorld world, String instance, Incarnation incarnation) {
        List<String> once = rows(world, instance, incarnation, Map.of());
        List<Long> ids = new ArrayList<>();
        Map<String, Long> inTopic = new TreeMap<>();
        for (String row : once) {
            Matcher id = ID.matcher(row);
            if (id.matches()) {
                ids.add(Long.valueOf(id.group(1)));
            } else if (row.startsWith("sums:")) {
                add(inTopic, row);
            }
        }
        if (world.calls()) {
            checkCalls(world, once, inTopic);
        }
        Map<String, Long> outside = new TreeMap<>();
        for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
            List<String> visible = outside(world, instance, partition, Long.MAX_VALUE);
            visible.forEach(row -> add(outside, row));
            checkEffects(world, instance, incarnation, partition, visible);
        }
        if (!new HashSet<>(ids).equals(world.plan.ids()) || new HashSet<>(ids).size() != ids.size()) {
            throw new Violation("Global", "rows " + ids + " in place of " + world.plan.ids());
        }
        checkPlain(
                once,
                rows(world.log, SimPlan.PLAIN_TOPIC + Checkers.suffix(incarnation)),
                plainBefore(world, instance));
        if (!inTopic.equals(outside)) {
            throw new Violation("Global", "the sinks differ: " + inTopic + " and " + outside);
        }
        if (world.inProcessingTime()) {
            checkKeys(inTopic, world.plan.sumsOfKeys());
            return;
        }
        // When a source was idle, rows may be late, and then the interleaving decides what is in the sums.
        if (!world.idles() && !inTopic.equals(world.plan.sums())) {
            throw new Violation("Global", "sums are " + inTopic + " in place of " + world.plan.sums());
        }
    }

    /** Each event has come through its call once, and no window has lost one for having waited. */
    private static void checkCalls(FleetWorld world, List<String> once, Map<String, Long> withoutCalls) {
        List<String> ids = new ArrayList<>();
        Map<String, Long> sums = new TreeMap<>();
        for (String row : once) {
            Matcher id = CALLED.matcher(row);
            if (id.matches()) {
                ids.add(id.group(1));
            } else if (row.startsWith("calledsums:")) {
                add(sums, row);
            }
        }
        if (ids.size() != world.plan.ids().size() || new HashSet<>(ids).size() != ids.size()) {
            throw new Violation(
                    "Global",
                    ids.size() + " rows with results in place of "
                            + world.plan.ids().size());
        }
        if (world.inProcessingTime()) {
            checkKeys(sums, world.plan.sumsOfKeys());
        } else if (!world.idles() && !sums.equals(withoutCalls)) {
            throw new Violation("Global", "sums behind calls are " + sums + " in place of " + withoutCalls);
        }
    }

    /** When a row came decides its window, but it is in one. */
    private static void checkKeys(Map<String, Long> windows, Map<String, Long> expected) {
        Map<String, Long> keys = new TreeMap<>();
        windows.forEach((window, sum) -> keys.merge(window.substring(0, window.indexOf('@')), sum, Long::sum));
        if (!keys.equals(expected)) {
            throw new Violation("Global", "sums in processing time are " + keys + " in place of " + expected);
        }
    }

    /** What a run that this one goes on from had settled is not done again. */
    private static long settledBefore(FleetWorld world, String instance, int partition) {
        return world.ancestor(instance)
                .map(before -> before.visible().getOrDefault(Checkers.EFFECTS + ":" + partition, 0L))
                .orElse(0L);
    }

    /** Each row had its effect or is listed; the sink of effects was handed what the sink outside was. */
    private static void checkEffects(
            FleetWorld world, String instance, Incarnation incarnation, int partition, List<String> rows) {
        String slot = Checkers.slotOfEffects(incarnation, partition);
        world.checkers().effectsFinished(slot, settledBefore(world, instance, partition), rows.size());
        world.effects.rows(slot).forEach((sequence, row) -> {
            if (!row.equals(rows.get(sequence.intValue() - 1))) {
                throw new Violation("Global", slot + " had an effect for " + row + " as number " + sequence);
            }
        });
    }

    /**
     * Returns the rows of the exactly-once sinks in the log: those of the run, and before them those that a run which it goes on from had made visible by
     * then.
     *
     * @param visible how many rows of each sink of each slot count; all where nothing is said
     */
    private static List<String> rows(
            FleetWorld world, String instance, Incarnation incarnation, Map<String, Long> visible) {
        List<String> all = new ArrayList<>();
        world.ancestor(instance)
                .ifPresent(before ->
                        all.addAll(rows(world, before.instance(), before.incarnation(), withAll(before.visible()))));
        Map<String, Long> counts = new TreeMap<>();
        all.forEach(row -> counts.merge(sinkOf(row), 1L, Long::sum));
        for (String row : rows(world.log, SimPlan.OUT_TOPIC + Checkers.suffix(incarnation))) {
            long number = counts.merge(sinkOf(row), 1L, Long::sum);
            if (number <= visible.getOrDefault(sinkOf(row), Long.MAX_VALUE)) {
                all.add(row);
            }
        }
        return all;
    }

    /** A sink of a slot of which nothing is said had made nothing visible. */
    private static Map<String, Long> withAll(Map<String, Long> visible) {
        Map<String, Long> all = new TreeMap<>();
        for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
            for (String sink : List.of("rows:", "sums:", "called:", "calledsums:", "outside:")) {
                all.put(sink + partition, visible.getOrDefault(sink + partition, 0L));
            }
        }
        return all;
    }

    private static String sinkOf(String row) {
        return row.substring(0, row.indexOf(':', row.indexOf(':') + 1));
    }

    /** Outside, each run counts from 1. */
    private static List<String> outside(FleetWorld world, String instance, int partition, long first) {
        List<String> all = new ArrayList<>();
        world.ancestor(instance)
                .ifPresent(before -> all.addAll(outside(
                        world,
                        before.instance(),
                        partition,
                        before.visible().getOrDefault("outside:" + partition, 0L))));
        List<String> own = world.outside.visible(instance, partition);
        all.addAll(own.subList(0, (int) Math.min(first, own.size())));
        return all;
    }

    private static List<String> plainBefore(FleetWorld world, String instance) {
        List<String> all = new ArrayList<>();
        world.ancestor(instance).ifPresent(before -> {
            all.addAll(plainBefore(world, before.instance()));
            all.addAll(rows(world.log, SimPlan.PLAIN_TOPIC + Checkers.suffix(before.incarnation())));
        });
        return all;
    }

    /**
     * Nothing is missing, and nothing is there that the exactly-once sink does not have, but for what a run that this one goes on from has made after the
     * savepoint.
     */
    private static void checkPlain(List<String> once, List<String> plain, List<String> before) {
        Set<String> expected = new TreeSet<>(once);
        expected.removeIf(row -> !row.startsWith("rows:"));
        Set<String> actual = new TreeSet<>();
        plain.forEach(row -> actual.add(row.replaceFirst("^plain:", "rows:")));
        Set<String> all = new TreeSet<>(actual);
        before.forEach(row -> all.add(row.replaceFirst("^plain:", "rows:")));
        if (!expected.containsAll(actual) || !all.containsAll(expected)) {
            throw new Violation("AtLeastOnce", actual.size() + " different rows in place of " + expected.size());
        }
    }

    private static void add(Map<String, Long> sums, String row) {
        Matcher sum = SUM.matcher(row);
        if (!sum.find()) {
            throw new Violation("Global", "not a sum: " + row);
        }
        long from = Instant.parse(sum.group(2)).toEpochMilli();
        if (sums.put(sum.group(1) + "@" + from, Long.valueOf(sum.group(3))) != null) {
            throw new Violation("Global", "a window came twice: " + row);
        }
    }

    private static List<String> rows(MemoryLog log, String topic) {
        return log.committed(new LogPartition(topic, 0)).stream()
                .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
                .toList();
    }
}
