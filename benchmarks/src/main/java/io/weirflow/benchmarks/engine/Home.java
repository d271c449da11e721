package io.weirflow.benchmarks.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where things are.
 *
 * @param root of the checkout
 * @param work the folder of this run: logs, state, the broker's data
 * @param heap of each engine, as for {@code -Xmx}
 */
public record Home(Path root, Path work, String heap) {

    private static final String BROKER_HEAP = "1g";

    /** Returns a command that runs a class of the benchmarks. */
    List<String> java(String mainClass, List<String> arguments) {
        return java(
                root.resolve("benchmarks/target/lib/*") + ":" + jar("benchmarks/target", "weirflow-benchmarks"),
                heap,
                mainClass,
                arguments);
    }

    /** Returns the command of the broker. */
    List<String> broker(String mainClass, List<String> arguments) {
        return java(
                root.resolve("benchmarks/target/lib/*") + ":" + jar("benchmarks/target", "weirflow-benchmarks"),
                BROKER_HEAP,
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
                "-Xmx" + heap,
                "WEIRFLOW_NO_BUILD",
                "1");
        return ChildProcess.start(name, command, environment, log(job.id()), onLine);
    }

    /** Returns a command that runs a class on Flink's class path. */
    List<String> flink(String mainClass, List<String> arguments) {
        return java(root.resolve("benchmarks/flink/target/lib/*").toString(), heap, mainClass, arguments);
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
        for (String folder : List.of("broker", "streams", "flink")) {
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

    private static List<String> java(String classPath, String heap, String mainClass, List<String> arguments) {
        List<String> command = jvm(heap);
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
