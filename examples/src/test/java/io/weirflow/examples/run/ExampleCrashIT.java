package io.weirflow.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs each example, killed in the middle and started again: it writes what a run without that does, see {@link ExamplesIT}. */
final class ExampleCrashIT {

    /** The console is at least once, so what it shows around a crash is not compared. */
    @ParameterizedTest
    @EnumSource
    void aRunWithACrashInTheMiddleGivesTheGoldenOutput(Example example, @TempDir Path temporary) throws Exception {
        Path folder = example.copyTo(temporary.resolve("run"));
        try (WeirflowProcess process = example.start(folder, "crash")) {
            assertThat(process.await(() -> hasCommittedRows(folder)))
                    .as("rows are committed before the process ends")
                    .isTrue();
            process.kill();
        }
        assertThat(unfinished(folder)).as("results that the crash left to do").isPositive();
        try (WeirflowProcess process = example.start(folder, "resumed")) {
            process.awaitSuccess();
        }
        Map<String, List<String>> outputs = Golden.outputs(folder);
        outputs.put("console.txt", Files.readAllLines(example.golden().resolve("console.txt")));
        Golden.assertEqual(example, outputs);
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
}
