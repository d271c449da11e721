package io.weirflow.benchmarks;

import io.weirflow.api.Edge;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.locks.LockSupport;

/** The clock of this machine, which all processes of a benchmark share. */
@Edge // Measures; that is what benchmarks are for.
public final class Clocks {

    private Clocks() {}

    /** Returns milliseconds since the epoch. */
    public static long epochMs() {
        return System.currentTimeMillis();
    }

    /** Returns microseconds since the epoch. */
    public static long epochUs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    /** Returns the time of day at a moment as logs on this machine have it. */
    public static LocalTime timeOfDay(long epochMs) {
        return LocalTime.ofInstant(Instant.ofEpochMilli(epochMs), ZoneId.systemDefault());
    }

    /** Waits until about this time, in microseconds since the epoch. */
    public static void parkUntilUs(long epochUs) {
        long leftUs = epochUs - epochUs();
        while (leftUs > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(leftUs * 1_000);
            leftUs = epochUs - epochUs();
        }
    }
}
