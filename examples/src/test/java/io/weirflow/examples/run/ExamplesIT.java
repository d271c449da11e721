package io.weirflow.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs each example as its user does, once from start to end and once killed in the middle and started again, and compares all that it writes with
 * the files under {@code golden} of the example. Rows of different slots have no order among them, so both sides are sorted by their text.
 *
 * <p>{@code -Dweirflow.golden.update=true} writes the golden files anew from the run without a crash. Look at the difference before it is committed.
 * {@code examples/check-golden.py} works out the golden files of all examples a second time, from the input and the meaning of the language as
 * docs/LANGUAGE.md has it, without any code of Weirflow.
 */
final class ExamplesIT {

    private static final boolean UPDATE = Boolean.getBoolean("weirflow.golden.update");

    /** Rows that a run over a generator has, so that its golden files stay small. */
    enum Example {
        WEB_ALERTS("web-alerts", Map.of()),
        STOCK_RISK("stock-risk", Map.of()),
        NEXMARK("nexmark", Map.of("ROWS", "12000")),
        BANK("bank", Map.of("ROWS", "1500"));

        private final String folder;
        private final Map<String, String> set;

        Example(String folder, Map<String, String> set) {
            this.folder = folder;
            this.set = set;
        }

        /** Returns a copy of it, because results are written beside the pipeline. */
        Path copyTo(Path target) throws IOException {
            Files.createDirectories(target);
            Files.copy(Path.of(folder, "pipeline.yaml"), target.resolve("pipeline.yaml"));
            if (Files.isDirectory(Path.of(folder, "data"))) {
                copy(Path.of(folder, "data"), target.resolve("data"));
            }
            return target;
        }

        private static void copy(Path from, Path to) throws IOException {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectories(to.resolve(from.relativize(folder)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.copy(file, to.resolve(from.relativize(file)));
                    return FileVisitResult.CONTINUE;
                }
            });
        }

        Path golden() {
            return Path.of(folder, "golden");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunGivesTheGoldenOutput(Example example, @TempDir Path temporary) throws Exception {
        Path folder = example.copyTo(temporary.resolve("run"));
        List<String> console;
        try (WeirflowProcess process = start(example, folder, "run")) {
            process.awaitSuccess();
            console = process.output();
        }
        Map<String, List<String>> outputs = outputs(folder);
        outputs.put("console.txt", sorted(console));
        if (UPDATE) {
            update(example.golden(), outputs);
        }
        assertGolden(example, outputs);
    }

    /** The console is at least once, so what it shows around a crash is not compared. */
    @ParameterizedTest
    @EnumSource
    void aRunWithACrashInTheMiddleGivesTheGoldenOutput(Example example, @TempDir Path temporary) throws Exception {
        Path folder = example.copyTo(temporary.resolve("run"));
        try (WeirflowProcess process = start(example, folder, "crash")) {
            assertThat(process.await(() -> hasCommittedRows(folder)))
                    .as("rows are committed before the process ends")
                    .isTrue();
            process.kill();
        }
        assertThat(unfinished(folder)).as("results that the crash left to do").isPositive();
        try (WeirflowProcess process = start(example, folder, "resumed")) {
            process.awaitSuccess();
        }
        Map<String, List<String>> outputs = outputs(folder);
        outputs.put("console.txt", Files.readAllLines(example.golden().resolve("console.txt")));
        assertGolden(example, outputs);
    }

    private static WeirflowProcess start(Example example, Path folder, String name) throws IOException {
        return WeirflowProcess.start(
                folder.resolve("pipeline.yaml"), folder.resolve("state"), example.set, folder.resolve("logs"), name);
    }

    private static boolean hasCommittedRows(Path folder) {
        return Stream.ofNullable(folder.resolve("out").toFile().listFiles())
                .flatMap(Stream::of)
                .filter(file -> file.getName().endsWith(".parts"))
                .flatMap(parts -> Stream.ofNullable(parts.list()).flatMap(Stream::of))
                .anyMatch(part -> !part.startsWith("."));
    }

    private static int unfinished(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return (int)
                    files.filter(file -> file.toString().endsWith(".parts")).count();
        }
    }

    /** Returns the results, sorted; the header of a CSV file stays first. */
    private static Map<String, List<String>> outputs(Path folder) throws IOException {
        Map<String, List<String>> outputs = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                assertThat(name).as("nothing is left over").doesNotEndWith(".parts");
                if (!name.startsWith(".")) {
                    List<String> lines = new ArrayList<>(Files.readAllLines(file));
                    // Errors name the file that a record came from.
                    lines.replaceAll(line -> line.replace(folder.toString(), "EXAMPLE"));
                    int header = name.endsWith(".csv") ? 1 : 0;
                    List<String> canonical = new ArrayList<>(lines.subList(0, header));
                    canonical.addAll(sorted(lines.subList(header, lines.size())));
                    outputs.put(name, canonical);
                }
            }
        }
        return outputs;
    }

    private static List<String> sorted(List<String> lines) {
        return lines.stream().sorted().toList();
    }

    private static void update(Path golden, Map<String, List<String>> outputs) throws IOException {
        Files.createDirectories(golden);
        try (Stream<Path> files = Files.list(golden)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, List<String>> output : outputs.entrySet()) {
            Files.write(golden.resolve(output.getKey()), output.getValue());
        }
    }

    private static void assertGolden(Example example, Map<String, List<String>> outputs) throws IOException {
        try (Stream<Path> files = Files.list(example.golden())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(outputs.keySet());
        }
        for (Map.Entry<String, List<String>> output : outputs.entrySet()) {
            assertThat(output.getValue())
                    .as("%s of %s", output.getKey(), example)
                    .isEqualTo(Files.readAllLines(example.golden().resolve(output.getKey())));
        }
    }
}
