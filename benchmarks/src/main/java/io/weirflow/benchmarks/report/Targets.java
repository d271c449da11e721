package io.weirflow.benchmarks.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** What Weirflow is to reach, each as a ratio within one run wherever there is something to compare with. */
public final class Targets {

    private static final String WEIRFLOW = "weirflow";
    private static final String RATE = "rows/s";
    private static final String HEAP = "heap MiB";
    private static final String STREAMS = "kafka-streams-100ms";
    private static final String FLINK = "flink-heap-1000ms";
    private static final String FLINK_ROCKSDB = "flink-rocksdb-1000ms";
    private static final String LOOPS = "floor-loops";
    private static final double MOST_HEAP_MIB = 512;

    private final Map<String, CaseResult> results = new HashMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();

    private Targets(List<CaseResult> all) {
        all.forEach(result -> results.put(result.id(), result));
    }

    /** Returns the targets of the cases that were run. */
    public static List<Outcome> check(List<CaseResult> results) {
        Targets targets = new Targets(results);
        targets.throughput();
        targets.latency();
        targets.state();
        targets.memoryAndStart();
        return targets.outcomes;
    }

    private void throughput() {
        faster("a", STREAMS, 2.5);
        faster("a", FLINK, 2);
        faster("b", STREAMS, 4);
        faster("b", FLINK_ROCKSDB, 2);
        faster("b", FLINK, 1);
        faster("d1", FLINK_ROCKSDB, 2);
        faster("d2", FLINK_ROCKSDB, 2);
        faster("e", FLINK, 2);
        atMost(
                "a",
                "rows/s at least once / exactly once",
                1.1,
                combined(values("a", "weirflow-at-least-once", RATE), values("a", WEIRFLOW, RATE), Targets::ratio));
    }

    private void faster(String id, String other, double times) {
        atLeast(
                id,
                "rows/s, weirflow / " + other,
                times,
                combined(values(id, WEIRFLOW, RATE), values(id, other, RATE), Targets::ratio));
    }

    private void latency() {
        for (String figure : List.of("p50 ms", "p99 ms")) {
            Map<Integer, Double> own = values("c", WEIRFLOW, figure);
            atMost("c", figure + ", weirflow / floor", 1.25, combined(own, values("c", LOOPS, figure), Targets::ratio));
            atMost(
                    "c",
                    figure + ", weirflow / " + STREAMS,
                    0.2,
                    combined(own, values("c", STREAMS, figure), Targets::ratio));
        }
        // The seven hops that case i has more than case c.
        atMost(
                "i",
                "p50 of one more hop, weirflow / floor (with case c)",
                1.3,
                combined(
                        combined(values("i", WEIRFLOW, "p50 ms"), values("c", WEIRFLOW, "p50 ms"), (a, b) -> a - b),
                        combined(values("i", LOOPS, "p50 ms"), values("c", LOOPS, "p50 ms"), (a, b) -> a - b),
                        Targets::ratio));
    }

    private void state() {
        atLeast(
                "f",
                "rows/s, f / b (with case b)",
                0.5,
                combined(values("f", WEIRFLOW, RATE), values("b", WEIRFLOW, RATE), Targets::ratio));
        CaseResult growth = results.get("j");
        if (growth == null) {
            return;
        }
        List<String> sizes = namesWith(growth, ", 4 slots");
        if (sizes.size() > 1) {
            growth(sizes.get(sizes.size() - 1), sizes.get(0));
        }
        List<String> slots = namesWith(growth, ", 64 slots");
        if (!slots.isEmpty()) {
            growth(slots.get(0), slots.get(0).replace(", 64 slots", ", 4 slots"));
        }
    }

    private static List<String> namesWith(CaseResult result, String end) {
        return result.engines().stream().filter(name -> name.endsWith(end)).toList();
    }

    private void growth(String large, String small) {
        String figure = "2nd half cpu µs/row";
        atMost(
                "j",
                "cpu µs/row, " + large.replace("weirflow ", "") + " / " + small.replace("weirflow ", ""),
                2,
                combined(values("j", large, figure), values("j", small, figure), Targets::ratio));
    }

    private void memoryAndStart() {
        for (String id : List.of("a", "b", "c")) {
            atMost(id, "heap MiB after a collection", MOST_HEAP_MIB, values(id, WEIRFLOW, HEAP));
        }
        atMost("k", "first row s, prepared broker", 3, values("k", WEIRFLOW, "first row s"));
        atMost("k", "first row s, embedded broker", 10, values("k", "weirflow-embedded", "first row s"));
    }

    private void atLeast(String id, String what, double limit, Map<Integer, Double> measured) {
        add(id, what, true, limit, measured);
    }

    private void atMost(String id, String what, double limit, Map<Integer, Double> measured) {
        add(id, what, false, limit, measured);
    }

    private void add(String id, String what, boolean atLeast, double limit, Map<Integer, Double> measured) {
        if (results.containsKey(id)) {
            Optional<Spread> spread = measured.isEmpty() ? Optional.empty() : Optional.of(Spread.of(measured.values()));
            outcomes.add(new Outcome(id, what, atLeast, limit, spread));
        }
    }

    /** Returns a figure by round. */
    private Map<Integer, Double> values(String id, String engine, String figure) {
        Map<Integer, Double> values = new TreeMap<>();
        CaseResult result = results.get(id);
        if (result != null) {
            for (Sample sample : result.samples()) {
                Double value = sample.figures().get(figure);
                if (sample.engine().equals(engine) && value != null) {
                    values.put(sample.round(), value);
                }
            }
        }
        return values;
    }

    /** Of the rounds that both have. */
    private static Map<Integer, Double> combined(
            Map<Integer, Double> one, Map<Integer, Double> other, BiFunction<Double, Double, Double> operation) {
        Map<Integer, Double> values = new TreeMap<>();
        one.forEach((round, value) -> {
            Double second = other.get(round);
            if (second != null) {
                values.put(round, operation.apply(value, second));
            }
        });
        return values;
    }

    private static Double ratio(Double one, Double other) {
        return one / other;
    }
}
