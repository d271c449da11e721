package io.weirflow.cli.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Small pipelines in a folder of their own. */
final class Pipelines {

    /** Per tenth of all numbers, how many there are: a shuffle, a state and a file. */
    static final String COUNTS = """
            pipeline: NAME
            streams:
              numbers:
                source: {file: {path: numbers.jsonl}}
                format: json
                columns: {id: BIGINT NOT NULL, at: TIMESTAMP NOT NULL}
                event_time: {column: at}
            stages:
              counts:
                from: numbers
                select: {at: at, tenth: id / 10}
              sums:
                from: counts
                group_by: [tenth]
                window: {tumbling: 1h}
                select: {n: COUNT(*)}
                parallelism: 2
            sinks:
              result:
                from: sums
                to: {file: {path: out/counts.jsonl}}
            """;

    /** Numbers without an end, into a file that is followed by nobody. */
    static final String ENDLESS = """
            pipeline: NAME
            streams:
              numbers:
                source: {generator: {kind: counter, rate: RATE}}
                event_time: {column: at}
            stages:
              keyed:
                from: numbers
                key_by: [id]
                parallelism: 1
            sinks:
              seen:
                from: keyed
                to: {console: {}}
              result:
                from: keyed
                to: {file: {path: out/numbers.jsonl}}
            """;

    private Pipelines() {}

    static Path write(Path directory, String text) {
        return write(directory, "pipeline.yaml", text);
    }

    static Path write(Path directory, String file, String text) {
        try {
            Path path = directory.resolve(file);
            Files.createDirectories(directory);
            return Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the counting pipeline with its numbers 0 to {@code rows} - 1. */
    static Path counts(Path directory, String name, int rows) {
        write(directory, "numbers.jsonl", numbers(rows));
        return write(directory, COUNTS.replace("NAME", name));
    }

    static String numbers(int rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            text.append("{\"id\":")
                    .append(i)
                    .append(",\"at\":")
                    .append(1_000L * i)
                    .append("}\n");
        }
        return text.toString();
    }

    /** Returns what the counting pipeline must write, sorted, for numbers whose times lie within one hour. */
    static List<String> expectedCounts(int rows) {
        return IntStream.range(0, (rows + 9) / 10)
                .mapToObj(tenth -> "{\"tenth\":" + tenth
                        + ",\"window_start\":\"1970-01-01T00:00:00.000Z\",\"window_end\":\"1970-01-01T01:00:00.000Z\",\"n\":"
                        + Math.min(10, rows - tenth * 10) + "}")
                .sorted()
                .toList();
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
