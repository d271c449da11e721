package io.weirflow.benchmarks.scale;

import java.util.HashMap;
import java.util.Map;

/** How well a thread kept its times, second by second: it needs nothing but a processor, so where it is late everything in the machine may be. May be used by several threads. */
final class Pace {

    private static final long SECOND_MS = 1_000;

    private final Map<Long, Long> done = new HashMap<>();
    private final Map<Long, Long> lateMs = new HashMap<>();

    /** Something that was due was done. */
    synchronized void done(long dueMs, long atMs) {
        done.merge(atMs / SECOND_MS, 1L, Long::sum);
        lateMs.merge(atMs / SECOND_MS, Math.max(0, atMs - dueMs), Math::max);
    }

    /**
     * Returns how often something was done in a second.
     *
     * @param second since the epoch
     */
    synchronized long inSecond(long second) {
        return done.getOrDefault(second, 0L);
    }

    /**
     * Returns by how much the latest was late of what was done in a second.
     *
     * @param second since the epoch
     */
    synchronized long latestMs(long second) {
        return lateMs.getOrDefault(second, 0L);
    }
}
