package io.weirflow.benchmarks.engine;

import io.weirflow.benchmarks.Clocks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A process that a benchmark has started; what it writes to its standard error is kept in a file. */
public final class ChildProcess implements AutoCloseable {

    private static final long STOP_TIMEOUT_S = 50;
    private static final int SHOWN_LINES = 15;

    private final String name;
    private final Process process;
    private final Path log;
    private final long startedMs;
    /** An engine must not outlive a harness that was interrupted. */
    private final Thread onExit;

    private ChildProcess(String name, Process process, Path log, long startedMs) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.startedMs = startedMs;
        this.onExit = new Thread(process::destroyForcibly, name + "-exit");
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /**
     * Starts a process.
     *
     * @param onLine takes the lines of its standard output, on a thread of its own
     */
    public static ChildProcess start(String name, List<String> command, Path log, Consumer<String> onLine) {
        return start(name, command, Map.of(), log, onLine);
    }

    /** As the other, with further variables of the environment. */
    static ChildProcess start(
            String name, List<String> command, Map<String, String> environment, Path log, Consumer<String> onLine) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            long startedMs = Clocks.epochMs();
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            Process process = builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Thread reader = new Thread(() -> read(process, onLine), name + "-output");
            reader.setDaemon(true);
            reader.start();
            return new ChildProcess(name, process, log, startedMs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Process process, Consumer<String> onLine) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                onLine.accept(line);
            }
        } catch (IOException e) {
            // The process was stopped while a line was read.
            return;
        }
    }

    /** Returns when it was started, in milliseconds since the epoch. */
    public long startedMs() {
        return startedMs;
    }

    /** Returns its number in the system. */
    public long pid() {
        return process.pid();
    }

    /** Returns the processor time that all of its threads have used, in seconds; 0 where the system does not say. */
    public double cpuSeconds() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
    }

    /** Returns the number of its threads; 0 where the system does not say. */
    public long threads() {
        return status("Threads:");
    }

    /** Ends it without a warning, as a crash or {@code kill -9} would. */
    public void kill() {
        process.destroyForcibly();
        await();
        forget();
    }

    /** Whether it is running. */
    public boolean alive() {
        return process.isAlive();
    }

    /** Says how it ended and what it said last. */
    public String lastWords() {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            List<String> last = all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size());
            String state = alive() ? "is running" : "has ended with status " + process.exitValue();
            return name + ' ' + state + "; the end of " + log + ":\n  " + String.join("\n  ", last);
        } catch (IOException e) {
            return name + ": " + log + " cannot be read";
        }
    }

    /** Returns the most memory that it has had resident, in MiB; 0 where the system does not say. */
    public long peakResidentMib() {
        return status("VmHWM:") / 1024;
    }

    private long status(String field) {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** Ends it: its standard input first, then by signals. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroyForcibly();
        }
        process.destroy();
        if (!await()) {
            process.destroyForcibly();
            await();
        }
        forget();
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // The harness is ending: the hook runs, and finds nothing to do.
            return;
        }
    }

    private boolean await() {
        try {
            return process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return false;
        }
    }
}
