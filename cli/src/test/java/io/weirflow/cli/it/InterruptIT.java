package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals end a run soon, with everything committed; the next run with the same data goes on from there. */
class InterruptIT {

    private static final int INTERRUPTED = 130;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void resumesWithoutLossOrRepetition(String signal) throws IOException {
        Path pipeline = Pipelines.write(
                directory, Pipelines.ENDLESS.replace("NAME", "endless").replace("RATE", "500"));
        String data = directory.resolve("data").toString();
        long seen = 0;
        for (int run = 0; run < 2; run++) {
            try (Child child = Child.start(directory, "run", pipeline.toString(), "--data", data)) {
                Result result = child.awaitRows(300).signal(signal).end(SOON);
                assertThat(result.status()).as(result.err()).isEqualTo(INTERRUPTED);
                assertThat(result.err())
                        .contains("stopping", "endless interrupted after")
                        .doesNotContain("\tat ");
            }
            List<Long> ids = committed(directory.resolve("out"));
            assertThat(ids)
                    .containsExactlyElementsOf(
                            LongStream.range(0, ids.size()).boxed().toList());
            assertThat(ids.size()).isGreaterThan((int) seen + 200);
            seen = ids.size();
        }
    }

    /** The file sink of a run without an end keeps its rows in parts. */
    private static List<Long> committed(Path out) throws IOException {
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .flatMap(file -> Pipelines.lines(file).stream())
                    .map(InterruptIT::id)
                    .sorted()
                    .toList();
        }
    }

    private static long id(String row) {
        Matcher matcher = ID.matcher(row);
        assertThat(matcher.find()).as(row).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void whileWaitingForKafka() {
        Path pipeline = Pipelines.counts(directory, "waits", 10);
        try (Child child = Child.start(directory, "run", pipeline.toString(), "--kafka", "127.0.0.1:1")) {
            Result result = child.awaitMessage("waiting for it").signal("TERM").end(SOON);
            assertThat(result.status()).as(result.err()).isEqualTo(INTERRUPTED);
        }
    }
}
