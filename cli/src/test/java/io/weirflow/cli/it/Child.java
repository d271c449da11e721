package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.process.ClassArchive;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The command in a process of its own, for signals and exit statuses; what it prints goes to files. Killed when closed. */
final class Child implements AutoCloseable {

    /**
     * A build that a shell runs in the background ignores SIGINT, its children inherit that, and a JVM leaves a signal alone that is ignored
     * when it starts. So the child starts with the signal's default, where the system has the means.
     */
    private static final List<String> DEFAULT_SIGNALS = defaultSignals();

    private static final Pattern ADDRESS = Pattern.compile("HTTP is at http://(127\\.0\\.0\\.1:[0-9]+)");

    private final Process process;
    private final Path out;
    private final Path err;

    private Child(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static Child start(Path directory, String... args) {
        return start(directory, "io.weirflow.cli.Main", args);
    }

    /** Starts several services in one process, see {@link Services}. */
    static Child services(Path directory, String... args) {
        return start(directory, Services.class.getName(), args);
    }

    private static Child start(Path directory, String main, String... args) {
        try {
            List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx512m"));
            command.addAll(program(main));
            command.addAll(List.of(args));
            Path out = Files.createTempFile(directory, "stdout", ".txt");
            Path err = Files.createTempFile(directory, "stderr", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            return new Child(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar that users have, and the operators of these tests; in an IDE, which makes no jar, the classes as they are. */
    private static List<String> program(String main) throws IOException {
        List<String> program = new ArrayList<>();
        String jar = System.getProperty("weirflow.cli.jar", "");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        if (!jar.isEmpty() && Files.exists(Path.of(jar))) {
            program.addAll(ClassArchive.options(Path.of(jar)));
            Path tests = Path.of(Child.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath());
            classPath = jar + File.pathSeparator + tests;
        }
        program.addAll(List.of("-cp", classPath, main));
        return program;
    }

    private static List<String> defaultSignals() {
        List<String> prefix = List.of("env", "--default-signal=INT");
        try {
            List<String> attempt = new ArrayList<>(prefix);
            attempt.add("true");
            return new ProcessBuilder(attempt).start().waitFor() == 0 ? prefix : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    List<String> rows() {
        return read(out).lines().filter(line -> line.startsWith("{")).toList();
    }

    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for rows on standard output. */
    Child awaitRows(int atLeast) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .failFast(() -> !process.isAlive())
                .until(() -> rows().size() >= atLeast);
        return this;
    }

    /** Waits for a message on standard error. */
    Child awaitMessage(String part) {
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> err().contains(part) || !process.isAlive());
        assertThat(err()).contains(part);
        return this;
    }

    /** Waits until a service serves HTTP, and returns where. */
    String awaitAddress() {
        awaitMessage("HTTP is at");
        Matcher found = ADDRESS.matcher(err());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    /** Sends a signal, for example {@code INT}. */
    Child signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertThat(kill.waitFor()).isZero();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits for the end. */
    Result end(Duration atMost) {
        try {
            assertThat(process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
                    .as("ended within %s; stderr: %s", atMost, err())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return new Result(process.exitValue(), read(out), read(err));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
