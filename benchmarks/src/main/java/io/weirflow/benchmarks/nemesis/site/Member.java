package io.weirflow.benchmarks.nemesis.site;

import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that is tormented: killed, paused, cut off, ended, and started again. Whoever does so holds it ({@link #hold}); one that ends while nobody
 * holds it has ended by itself, and is started again as an init system would.
 */
public final class Member implements AutoCloseable {

    private static final long SIGNAL_TIMEOUT_S = 10;

    private final String name;
    private final Role role;
    private final List<String> command;
    private final Path log;
    private final Optional<Path> data;
    private final Optional<Proxy> proxy;
    private final Consumer<String> notes;
    private final Semaphore free = new Semaphore(1);
    private @Nullable ChildProcess process;

    /** What a process is for. */
    public enum Role {
        BROKER,
        COORDINATOR,
        WORKER
    }

    /**
     * A process that does not run yet.
     *
     * @param data its folder, which outlives it
     * @param proxy between it and the broker
     * @param notes takes what happened to it that nobody wanted
     */
    Member(
            String name,
            Role role,
            List<String> command,
            Path log,
            Optional<Path> data,
            Optional<Proxy> proxy,
            Consumer<String> notes) {
        this.name = name;
        this.role = role;
        this.command = List.copyOf(command);
        this.log = log;
        this.data = data;
        this.proxy = proxy;
        this.notes = notes;
    }

    public String name() {
        return name;
    }

    public Role role() {
        return role;
    }

    /** Returns its folder, which outlives it; empty for a process that has none. */
    public Optional<Path> data() {
        return data;
    }

    /** Returns what is between it and the broker; empty for the broker. */
    public Optional<Proxy> proxy() {
        return proxy;
    }

    /** Waits until nobody else torments it. */
    public void hold() throws InterruptedException {
        free.acquire();
    }

    /** It is well again. */
    public void letGo() {
        free.release();
    }

    /** Starts it. */
    public synchronized void start() {
        process = ChildProcess.start(name, command, log, line -> {});
    }

    /** Ends it without a warning. */
    public synchronized void kill() {
        running().kill();
    }

    /** Ends it as an operator would, with SIGTERM; after a while without a warning. */
    public synchronized void end() {
        running().close();
    }

    /** Stops it where it stands; it does not notice. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(running().pid()))
                    .start();
            if (!kill.waitFor(SIGNAL_TIMEOUT_S, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new BenchException(
                        name + " cannot be sent " + signal + ": " + running().lastWords());
            }
        } catch (IOException e) {
            throw new BenchException("there is no command 'kill': " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    private synchronized ChildProcess running() {
        if (process == null) {
            throw new BenchException(name + " was never started");
        }
        return process;
    }

    /** Starts it again when it has ended by itself; to be called now and then. */
    public void revive() {
        if (free.tryAcquire()) {
            try {
                reviveHeld();
            } finally {
                free.release();
            }
        }
    }

    private synchronized void reviveHeld() {
        if (process != null && !process.alive()) {
            notes.accept(name + " has ended by itself: " + process.lastWords());
            start();
        }
    }

    /** Says what it said last. */
    public String lastWords() {
        return running().lastWords();
    }

    /** Ends it, whatever its state. */
    @Override
    public synchronized void close() {
        if (process != null) {
            process.kill();
        }
    }
}
