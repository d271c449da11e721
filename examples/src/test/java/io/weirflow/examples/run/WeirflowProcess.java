package io.weirflow.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.process.ClassArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** {@code weirflow run} in a process of its own, from the jars that a user has. Its output is in one file per process. */
final class WeirflowProcess implements AutoCloseable {

    private static final long POLL_MS = 5;
    private static final long MAX_RUN_MS = 180_000;

    private final Process process;
    private final Path err;
    private final Path out;

    private WeirflowProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts it.
     *
     * @param data the folder of {@code --data}
     * @param logs where the output goes: {@code NAME.out} and {@code NAME.err}
     */
    static WeirflowProcess start(Path pipeline, Path data, Map<String, String> set, Path logs, String name)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8"));
        String jar = property("weirflow.cli.jar");
        command.addAll(ClassArchive.options(Path.of(jar)));
        command.addAll(List.of(
                "-jar",
                jar,
                "run",
                pipeline.toString(),
                "--data",
                data.toString(),
                "--plugins",
                property("weirflow.plugin.jar")));
        set.forEach((variable, value) -> command.addAll(List.of("--set", variable + "=" + value)));
        Files.createDirectories(logs);
        Path out = logs.resolve(name + ".out");
        Path err = logs.resolve(name + ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().remove("KAFKA_BOOTSTRAP_SERVERS");
        return new WeirflowProcess(builder.start(), out, err);
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        assertThat(value).as("-D%s, which the build sets", name).isNotNull();
        assertThat(Path.of(value))
                .as("a jar of this build: run the tests with mvn verify")
                .exists();
        return value;
    }

    /** Waits until a condition holds; false when the process ended before. */
    boolean await(BooleanSupplier condition) throws InterruptedException {
        for (long waitedMs = 0; waitedMs < MAX_RUN_MS; waitedMs += POLL_MS) {
            if (condition.getAsBoolean()) {
                return true;
            }
            if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        throw new AssertionError("what was waited for has not happened: " + tail());
    }

    /** Lets it run for a while; false when it ended before. */
    boolean runsFor(long durationMs) throws InterruptedException {
        return !process.waitFor(durationMs, TimeUnit.MILLISECONDS);
    }

    /** Ends it as a power failure would, for the process. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits until it has ended by itself with status 0. */
    void awaitSuccess() throws InterruptedException {
        assertThat(process.waitFor(MAX_RUN_MS, TimeUnit.MILLISECONDS))
                .as("ends by itself: %s", tail())
                .isTrue();
        assertThat(process.exitValue()).as("status: %s", tail()).isZero();
    }

    /** Returns what it wrote to stdout. */
    List<String> output() throws IOException {
        return Files.readAllLines(out);
    }

    private String tail() {
        try {
            String text = Files.readString(err, StandardCharsets.UTF_8);
            return text.substring(Math.max(0, text.length() - 6_000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
