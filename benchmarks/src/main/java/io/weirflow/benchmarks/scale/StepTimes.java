package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.Clocks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the time of moves goes, as the coordinator and the workers log it: from the request to let a slot go until it is open elsewhere. A slot is silent
 * from some time during <em>let go</em> until some time after <em>claim</em>. Of an upgrade, from the cut on.
 */
final class StepTimes {

    private static final Pattern LINE =
            Pattern.compile("(\\d\\d:\\d\\d:\\d\\d\\.\\d{3}) .* - (.*?) slot=\"([^\"]*)\"(.*)");
    private static final Pattern TIME = Pattern.compile("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}");
    private static final Pattern DURATION = Pattern.compile("(\\w+)Ms=\"(\\d+)\"");
    private static final long DAY_MS = 24 * 3_600_000L;

    private final List<Path> logs;
    private final Map<Path, Integer> linesBefore = new HashMap<>();
    private final Map<String, List<Long>> steps = new LinkedHashMap<>();
    private final Map<String, Long> beganMs = new HashMap<>();

    private record Event(long atMs, String what, String slot, String durations) {}

    /** Begins to look; what was logged before does not count. */
    StepTimes(List<Path> logs) {
        this.logs = logs;
        logs.forEach(log -> linesBefore.put(log, read(log).size()));
    }

    private static List<String> read(Path log) {
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the steps since then: of each the median and the largest, in ms. */
    String show() {
        events().forEach(this::take);
        StringBuilder shown = new StringBuilder();
        steps.forEach((step, times) -> {
            times.sort(Comparator.naturalOrder());
            shown.append(String.format(
                    Locale.ROOT,
                    "%s%s %d/%d",
                    shown.isEmpty() ? "" : ", ",
                    step,
                    times.get(times.size() / 2),
                    times.get(times.size() - 1)));
        });
        return shown.toString();
    }

    /** Returns how long after a moment of today the first line with a text was logged, in ms, if there is one. */
    OptionalLong untilFirst(String text, long sinceEpochMs) {
        long sinceMs = msOfDay(Clocks.timeOfDay(sinceEpochMs));
        return newLines()
                .filter(line -> line.contains(text))
                .map(TIME::matcher)
                .filter(Matcher::find)
                .mapToLong(time -> Math.floorMod(msOfDay(LocalTime.parse(time.group())) - sinceMs, DAY_MS))
                .min();
    }

    private Stream<String> newLines() {
        return logs.stream().flatMap(log -> read(log).stream().skip(linesBefore.getOrDefault(log, 0)));
    }

    private List<Event> events() {
        return newLines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line ->
                        new Event(msOfDay(LocalTime.parse(line.group(1))), line.group(2), line.group(3), line.group(4)))
                .sorted(Comparator.comparingLong(Event::atMs))
                .toList();
    }

    private static long msOfDay(LocalTime time) {
        return time.toNanoOfDay() / 1_000_000;
    }

    private void take(Event event) {
        switch (event.what()) {
            case "The slot is to be let go", "The slot stands at the cut to another version of its stage" ->
                beganMs.put(event.slot(), event.atMs());
            case "The slot is let go" -> end("let go", event);
            case "The slot is assigned" -> end("assign", event);
            case "The slot is open" -> {
                if (beganMs.remove(event.slot()) != null) {
                    Matcher duration = DURATION.matcher(event.durations());
                    while (duration.find()) {
                        add(duration.group(1), Long.parseLong(duration.group(2)));
                    }
                }
            }
            default -> {
                // Of another matter.
            }
        }
    }

    private void end(String step, Event event) {
        Long before = beganMs.replace(event.slot(), event.atMs());
        if (before != null) {
            add(step, Math.floorMod(event.atMs() - before, DAY_MS));
        }
    }

    private void add(String step, long ms) {
        steps.computeIfAbsent(step, any -> new ArrayList<>()).add(ms);
    }
}
