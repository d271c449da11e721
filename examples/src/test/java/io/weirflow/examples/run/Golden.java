package io.weirflow.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What an example has written, in a canonical form, and the files under {@code golden} that it has to equal. */
final class Golden {

    private Golden() {}

    /** Returns the results, sorted; the header of a CSV file stays first. */
    static Map<String, List<String>> outputs(Path folder) throws IOException {
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

    static List<String> sorted(List<String> lines) {
        return lines.stream().sorted().toList();
    }

    static void update(Path golden, Map<String, List<String>> outputs) throws IOException {
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

    static void assertEqual(Example example, Map<String, List<String>> outputs) throws IOException {
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
