package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.broker.BrokerLimits;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import io.weirflow.testkit.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a Kafka outside: to the end, again, interrupted and resumed, and with a broker that goes away meanwhile. */
class OutsideKafkaIT {

    private static final int ROWS = 2_000;
    private static final Duration LONG = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker(int port) throws Exception {
        return EmbeddedBroker.start(
                new EmbeddedBrokerConfig(directory.resolve("broker"), port, BrokerLimits.DEFAULT), fault -> {});
    }

    @Test
    void runsToTheEndAndAgain() throws Exception {
        Path pipeline = Pipelines.counts(directory, "again", ROWS);
        try (EmbeddedBroker broker = broker(0)) {
            for (int run = 0; run < 2; run++) {
                Result result = Result.of("run", pipeline.toString(), "--kafka", broker.bootstrapServers());
                assertThat(result.status()).as(result.err()).isZero();
                assertThat(Pipelines.lines(directory.resolve("out/counts.jsonl")))
                        .isEqualTo(Pipelines.expectedCounts(ROWS));
                Files.delete(directory.resolve("out/counts.jsonl"));
            }
        }
    }

    /** Half of the numbers, an interruption, the other half; the state comes back from the changelog. */
    private void interruptedAndResumed(String[] firstOptions, String[] thenOptions) throws Exception {
        String followed = Pipelines.COUNTS
                        .replace("NAME", "halves")
                        .replace("path: numbers.jsonl", "path: numbers.jsonl, follow: true")
                + "  seen: {from: counts, to: {console: {}}}\n";
        Pipelines.write(directory, "numbers.jsonl", Pipelines.numbers(ROWS / 2 + 5));
        Path pipeline = Pipelines.write(directory, followed);
        try (EmbeddedBroker broker = broker(0)) {
            String[] base = {"run", pipeline.toString(), "--kafka", broker.bootstrapServers()};
            try (Child child = Child.start(directory, with(base, firstOptions))) {
                assertThat(child.awaitRows(ROWS / 2 + 5)
                                .signal("TERM")
                                .end(LONG)
                                .status())
                        .isEqualTo(130);
            }
            String all = Pipelines.numbers(ROWS);
            Pipelines.write(directory, "numbers.jsonl", all);
            // A time far ahead closes the window of all the others.
            Files.writeString(
                    directory.resolve("numbers.jsonl"), "{\"id\":0,\"at\":999999999}\n", StandardOpenOption.APPEND);
            try (Child child = Child.start(directory, with(base, thenOptions))) {
                Path parts = directory.resolve("out");
                Awaitility.await()
                        .atMost(LONG)
                        .failFast(() -> assertThat(child.err()).doesNotContain("has failed"))
                        .untilAsserted(() -> assertThat(rowsBelow(parts)).hasSize(ROWS / 10));
                assertThat(child.signal("TERM").end(LONG).status()).isEqualTo(130);
            }
            assertThat(rowsBelow(directory.resolve("out"))).isEqualTo(Pipelines.expectedCounts(ROWS));
        }
    }

    private static java.util.List<String> rowsBelow(Path out) throws IOException {
        try (java.util.stream.Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .flatMap(file -> Pipelines.lines(file).stream())
                    .sorted()
                    .toList();
        }
    }

    private static String[] with(String[] base, String[] more) {
        return java.util.stream.Stream.of(base, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
    }

    @Test
    void resumesWithoutLocalState() throws Exception {
        interruptedAndResumed(new String[0], new String[0]);
    }

    @Test
    void resumesUnderAnotherDataDirectory() throws Exception {
        interruptedAndResumed(
                new String[] {"--data", directory.resolve("first").toString()},
                new String[] {"--data", directory.resolve("second").toString()});
    }

    @Test
    void waitsForABrokerThatComesLater() throws Exception {
        Path pipeline = Pipelines.counts(directory, "later", ROWS);
        int port = Ports.free();
        try (Child child = Child.start(directory, "run", pipeline.toString(), "--kafka", "127.0.0.1:" + port)) {
            child.awaitMessage("does not answer yet; waiting for it");
            try (EmbeddedBroker broker = broker(port)) {
                Result result = child.end(LONG);
                assertThat(result.status()).as(result.err()).isZero();
            }
        }
        assertThat(Pipelines.lines(directory.resolve("out/counts.jsonl"))).isEqualTo(Pipelines.expectedCounts(ROWS));
    }

    @Test
    void outlastsABrokerThatGoesAway() throws Exception {
        Path pipeline = Pipelines.write(
                directory, Pipelines.ENDLESS.replace("NAME", "outage").replace("rate: RATE", "rows: 6000, rate: 400"));
        int port = Ports.free();
        EmbeddedBroker broker = broker(port);
        try (Child child = Child.start(directory, "run", pipeline.toString(), "--kafka", "127.0.0.1:" + port)) {
            child.awaitRows(300);
            broker.close();
            child.awaitMessage("cannot be reached");
            broker = broker(port);
            Result result = child.end(LONG);
            assertThat(result.status()).as(result.err()).isZero();
            assertThat(result.err()).contains("is back").doesNotContain("\tat ");
            assertThat(result.err().split("cannot be reached", -1))
                    .as(result.err())
                    .hasSizeLessThan(6);
            assertThat(Pipelines.lines(directory.resolve("out/numbers.jsonl")))
                    .hasSize(6_000)
                    .doesNotHaveDuplicates();
        } finally {
            broker.close();
        }
    }
}
