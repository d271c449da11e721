package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.Clocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What stages have sent second by second, and what the machine had for them. */
final class Seconds implements AutoCloseable {

    /** How far the readers of the topics may be behind: a fetch waits for half a second where little comes. */
    private static final long READ_LAG_MS = 1_000;

    /** A second of which less was stolen counts: a fortieth of its processors' time, of two of them as much as one needs to make a stage late by five percent. */
    private static final long STOLEN_MS = 25L * Runtime.getRuntime().availableProcessors();

    private final List<String> stages;
    private final Flow flow;
    private final Pace load;
    private final StolenTime stolen = new StolenTime();

    /** @param stages their names, in the order of the flow's */
    Seconds(List<String> stages, Flow flow, Pace load) {
        this.stages = stages;
        this.flow = flow;
        this.load = load;
    }

    /** Returns how many seconds a span has. */
    long count(long fromMs, long endMs) {
        return Flow.seconds(fromMs, seen(endMs)).count();
    }

    /** Returns how many of them do not count, since the machine had too little of them. */
    long leftOut(long fromMs, long endMs) {
        return Flow.seconds(fromMs, seen(endMs)).filter(this::isStolen).count();
    }

    /** Returns the lowest second of a stage, in percent of its mean, of those that count; nothing when none does. */
    OptionalDouble leastPercent(int stage, long fromMs, long endMs) {
        SortedMap<Long, Long> rows = flow.bySecond(stage, fromMs, seen(endMs));
        double mean = rows.values().stream().mapToLong(count -> count).average().orElse(0);
        return rows.entrySet().stream()
                .filter(second -> !isStolen(second.getKey()))
                .mapToDouble(second -> mean == 0 ? 0 : 100 * second.getValue() / mean)
                .min();
    }

    private boolean isStolen(long second) {
        return stolen.inSecond(second) >= STOLEN_MS;
    }

    /** Returns lines for people: each stage, the load, and what was stolen. */
    List<String> lines(long fromMs, long endMs) {
        long untilMs = seen(endMs);
        List<String> lines = new ArrayList<>();
        for (int stage = 0; stage < stages.size(); stage++) {
            LongStream rows =
                    flow.bySecond(stage, fromMs, untilMs).values().stream().mapToLong(count -> count);
            lines.add(String.format(Locale.ROOT, "%-7s rows/s %s", stages.get(stage), columns(rows)));
        }
        lines.add("load    rows/s " + columns(Flow.seconds(fromMs, untilMs).map(load::inSecond)));
        lines.add("load    late ms" + columns(Flow.seconds(fromMs, untilMs).map(load::latestMs)));
        lines.add("stolen  ms/s   " + columns(Flow.seconds(fromMs, untilMs).map(stolen::inSecond)));
        return lines;
    }

    /** Returns the end of what has surely been read, up to a moment: a second of which only a part was read looks as if rows were missing. */
    private static long seen(long untilMs) {
        return Math.min(untilMs, Clocks.epochMs() - READ_LAG_MS);
    }

    private static String columns(LongStream values) {
        return values.mapToObj(value -> String.format(Locale.ROOT, "%7d", value))
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        stolen.close();
    }
}
