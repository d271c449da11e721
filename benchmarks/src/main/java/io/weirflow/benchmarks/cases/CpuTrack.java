package io.weirflow.benchmarks.cases;

import java.util.Map;
import java.util.TreeMap;

/** How much processor time a process had used at what moment; asked for moments in between. Used by one thread. */
final class CpuTrack {

    private static final long LEAST_INTERVAL_MS = 20;

    private final TreeMap<Long, Double> seconds = new TreeMap<>();

    /** Whether it is time for the next point. */
    boolean due(long epochMs) {
        return seconds.isEmpty() || epochMs - seconds.lastKey() >= LEAST_INTERVAL_MS;
    }

    void note(long epochMs, double cpuSeconds) {
        seconds.put(epochMs, cpuSeconds);
    }

    /** Returns the processor time at this moment, in seconds: between two points as if it had been used evenly. */
    double at(long epochMs) {
        Map.Entry<Long, Double> before = seconds.floorEntry(epochMs);
        Map.Entry<Long, Double> after = seconds.ceilingEntry(epochMs);
        if (before == null || after == null || before.getKey().equals(after.getKey())) {
            return before != null ? before.getValue() : after != null ? after.getValue() : 0;
        }
        double share = (double) (epochMs - before.getKey()) / (after.getKey() - before.getKey());
        return before.getValue() + share * (after.getValue() - before.getValue());
    }
}
