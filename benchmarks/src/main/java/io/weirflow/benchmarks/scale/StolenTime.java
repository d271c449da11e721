package io.weirflow.benchmarks.scale;

import io.weirflow.api.Edge;
import io.weirflow.benchmarks.Clocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How much processor time a virtual machine wanted and did not get from its host, second by second, on a thread of its own: {@code steal} of Linux, see proc(5). Nothing
 * that runs in the machine can make up for it. Where the system does not count it, nothing is stolen.
 */
final class StolenTime implements AutoCloseable {

    private static final Path STAT = Path.of("/proc/stat");

    /** Of the line of all processors, whose name is the first. */
    private static final int STEAL_FIELD = 8;

    /** The kernel counts in hundredths of a second, whatever its own clock (USER_HZ). */
    private static final long TICK_MS = 10;

    private static final long LOOK_US = 50_000;
    private static final long SECOND_MS = 1_000;

    private final Map<Long, Long> msBySecond = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Starts to look. */
    StolenTime() {
        Thread thread = new Thread(this::run, "stolen-time");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        long before = totalMs(0);
        while (!closed) {
            Clocks.parkUntilUs(Clocks.epochUs() + LOOK_US);
            long now = totalMs(before);
            if (now > before) {
                msBySecond.merge(Clocks.epochMs() / SECOND_MS, now - before, Long::sum);
            }
            before = now;
        }
    }

    @Edge // The machine itself.
    private static long totalMs(long otherwise) {
        try (Stream<String> lines = Files.lines(STAT)) {
            return lines.findFirst().map(StolenTime::stealMs).orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }

    /** @param line such as {@code cpu  1 2 3 4 5 6 7 8 9 10} */
    static long stealMs(String line) {
        String[] fields = line.trim().split("\\s+");
        return fields.length > STEAL_FIELD ? Long.parseLong(fields[STEAL_FIELD]) * TICK_MS : 0;
    }

    /**
     * Returns what was stolen in a second, of all processors together.
     *
     * @param second since the epoch
     */
    long inSecond(long second) {
        return msBySecond.getOrDefault(second, 0L);
    }

    @Override
    public void close() {
        closed = true;
    }
}
