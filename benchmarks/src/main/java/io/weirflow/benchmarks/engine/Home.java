package io.weirflow.benchmarks.engine;

import io.weirflow.api.Edge;
import io.weirflow.benchmarks.profile.ProfileReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where things are.
 *
 * @param root of the checkout
 * @param work the folder of this run: logs, state, the broker's data
 * @param heap of each engine, as for {@code -Xmx}
 * @param profiles where the recordings of all runs go; empty for no recordings
 */
public record Home(Path root, Path work, String heap, Optional<Path> profiles) {

    private static final String BROKER_HEAP = "1g";
    private static final List<String> STATE = List.of("weirflow", "streams", "flink");

    /** Returns a command that runs a class of the benchmarks. */
    List<String> java(Job job, String mainClass, List<String> arguments) {
        return java(
                root.resolve("benchmarks/target/lib/*") + ":" + jar("benchmarks/target", "weirflow-benchmarks"),
                heap,
                diagnostics(job.id()),
                mainClass,
                arguments);
    }

    /** Returns the command of the broker. */
    List<String> broker(String mainClass, List<String> arguments) {
        return java(
                root.resolve("benchmarks/target/lib/*") + ":" + jar("benchmarks/target", "weirflow-benchmarks"),
                BROKER_HEAP,
                GcLog.options(gcLog("broker")),
                mainClass,
                arguments);
    }

    /** Starts the {@code weirflow} command: by the launcher, with the options that everyone gets. */
    ChildProcess weirflow(String name, Job job, List<String> arguments, Consumer<String> onLine) {
        List<String> command = new ArrayList<>(List.of(root.resolve("weirflow").toString()));
        command.addAll(arguments);
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "KAFKA_BOOTSTRAP_SERVERS",
                "",
                "WEIRFLOW_JAVA_OPTS",
                "-Xmx" + heap + ' ' + String.join(" ", diagnostics(job.id())) + launcherOptions(),
                "WEIRFLOW_NO_BUILD",
                "1");
        return ChildProcess.start(name, command, environment, log(job.id()), onLine);
    }

    /** Returns a command that runs a class on Flink's class path. */
    List<String> flink(Job job, String mainClass, List<String> arguments) {
        return java(
                root.resolve("benchmarks/flink/target/lib/*").toString(),
                heap,
                diagnostics(job.id()),
                mainClass,
                arguments);
    }

    /** The same for all engines: a log of the collector's work, and the recorder when profiles are wanted. */
    private List<String> diagnostics(String run) {
        List<String> options = new ArrayList<>(GcLog.options(gcLog(run)));
        if (profiles.isPresent()) {
            // Without the line that says so: some output is counted.
            options.addAll(List.of("-Xlog:jfr+startup=off", "-XX:StartFlightRecording=name=bench,settings=profile"));
        }
        return options;
    }

    /** What the user gives to the launcher, so that its flags can be compared. */
    @Edge // The process's own environment.
    private static String launcherOptions() {
        String options = System.getenv("WEIRFLOW_JAVA_OPTS");
        return options == null ? "" : ' ' + options;
    }

    /** Returns what the collector of a run has done so far. */
    public GcLog collections(String run) {
        return GcLog.read(gcLog(run));
    }

    private Path gcLog(String run) {
        return work.resolve("logs").resolve(run + ".gc.log");
    }

    /**
     * Writes the recording of a run, and a report next to it, when profiles are wanted.
     *
     * @throws BenchException when that fails
     */
    public void saveProfile(ChildProcess process, String run) {
        if (profiles.isEmpty() || !process.alive()) {
            return;
        }
        Path recording = profiles.get().resolve(run + ".jfr").toAbsolutePath();
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Files.createDirectories(recording.getParent());
            // By a command and not at the exit: an engine may end without waiting for the recorder.
            Process stop = new ProcessBuilder(
                            jcmd.toString(),
                            Long.toString(process.pid()),
                            "JFR.stop",
                            "name=bench",
                            "filename=" + recording)
                    .redirectErrorStream(true)
                    .redirectOutput(log(run + ".jfr").toFile())
                    .start();
            boolean done = stop.waitFor(60, TimeUnit.SECONDS) && Files.exists(recording);
            if (!done && !process.alive()) {
                // It had nothing more to do and has ended meanwhile.
                return;
            }
            if (!done) {
                throw new BenchException("no recording of " + run + "; see " + log(run + ".jfr"));
            }
            Files.writeString(profiles.get().resolve(run + ".txt"), ProfileReport.of(run, recording));
        } catch (IOException e) {
            throw new BenchException("the recording of " + run + " cannot be written: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    /** Returns the archive with the operators that pipelines of the benchmarks use. */
    String ownJar() {
        return jar("benchmarks/target", "weirflow-benchmarks").toString();
    }

    /** Returns where an engine keeps the state of a run. */
    Path state(String engine, Job job) {
        return work.resolve(engine).resolve(job.id());
    }

    /** Returns the size of what engines keep on disk, in MiB. */
    public double stateMib() {
        long bytes = 0;
        for (String folder : STATE) {
            bytes += sizeOf(work.resolve(folder));
        }
        return bytes / (double) (1 << 20);
    }

    /** Files come and go while an engine runs; those that have gone count nothing. */
    private static long sizeOf(Path folder) {
        long[] bytes = {0};
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes[0];
    }

    /** Whether Flink's class path is there. */
    boolean hasFlink() {
        return Files.isDirectory(root.resolve("benchmarks/flink/target/lib"));
    }

    /** Returns the file that keeps what a process says. */
    Path log(String name) {
        return work.resolve("logs").resolve(name + ".log");
    }

    /** Removes what can be gigabytes: the broker's data and the engines' state. Logs and figures stay. */
    public void removeData() {
        remove(List.of("broker"));
        removeState();
    }

    /** Removes what engines keep. */
    public void removeState() {
        remove(STATE);
    }

    private void remove(List<String> folders) {
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(work.resolve(folder))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (NoSuchFileException e) {
                // No case has used it.
                continue;
            } catch (IOException | UncheckedIOException e) {
                throw new BenchException(work.resolve(folder) + " cannot be removed: " + e.getMessage());
            }
        }
    }

    private static List<String> java(
            String classPath, String heap, List<String> options, String mainClass, List<String> arguments) {
        List<String> command = jvm(heap);
        command.addAll(options);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** The same for all engines: the collector that the launcher gives {@code weirflow run}. */
    private static List<String> jvm(String heap) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heap);
        command.add("-XX:+UseParallelGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Xshare:auto");
        command.add("-Dfile.encoding=UTF-8");
        return command;
    }

    /** Whatever the version. */
    private Path jar(String folder, String name) {
        try (Stream<Path> files = Files.list(root.resolve(folder))) {
            return files.filter(file -> file.getFileName().toString().matches(name + "-[0-9][^/]*\\.jar"))
                    .filter(file -> !file.toString().matches(".*-(sources|javadoc|tests)\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new BenchException("there is no " + name + " in " + folder + ": build it"));
        } catch (IOException e) {
            throw new BenchException(root.resolve(folder) + " cannot be read: run this as ./weirflow bench");
        }
    }
}
