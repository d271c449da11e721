package io.weirflow.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An archive of the classes that {@code weirflow} loads (class-data sharing). Tests start it dozens of times, and half of what a short process computes is
 * loading and checking classes. The archive is made once for each build of the jar, and lies beside it.
 */
public final class ClassArchive {

    private static final long MAX_TRAINING_S = 180;

    /** Has a shuffle, a window and a file: what most tests have. */
    private static final String TRAINING = """
            pipeline: training
            streams:
              numbers:
                source: {generator: {kind: counter, rows: 2000}}
                event_time: {column: at}
            stages:
              sums:
                from: numbers
                group_by: [id]
                window: {tumbling: 1s}
                select: {n: COUNT(*)}
                parallelism: 2
            sinks:
              result: {from: sums, to: {file: {path: out/sums.jsonl}}}
            """;

    private ClassArchive() {}

    /**
     * Returns options for a JVM whose class path is the jar, or begins with it. Blocks while the archive is made, if there is none yet. Without these options
     * a process does the same, and takes longer to start.
     *
     * @param jar of the command, with what it needs beside it
     * @throws IllegalStateException when the archive cannot be made
     */
    public static synchronized List<String> options(Path jar) {
        Path archive = jar.resolveSibling("tests.jsa");
        try {
            boolean current = Files.exists(archive)
                    && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
            if (!current) {
                make(jar, archive);
            }
        } catch (IOException e) {
            throw new IllegalStateException("no class archive for " + jar, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a class archive is made", e);
        }
        return List.of("-XX:SharedArchiveFile=" + archive);
    }

    private static void make(Path jar, Path archive) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "training");
        Path pipeline = Files.writeString(folder.resolve("pipeline.yaml"), TRAINING);
        Path made = folder.resolve("made.jsa");
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ArchiveClassesAtExit=" + made,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-jar",
                jar.toString(),
                "run",
                pipeline.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().remove("KAFKA_BOOTSTRAP_SERVERS");
        Process process = builder.start();
        boolean ended = process.waitFor(MAX_TRAINING_S, TimeUnit.SECONDS);
        process.destroyForcibly();
        if (!ended || process.exitValue() != 0 || !Files.exists(made)) {
            throw new IllegalStateException("no class archive for " + jar + "; what was printed is in " + output);
        }
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }
}
