package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage that asks a service which fails in every way, under kills: each row goes on once, everywhere with the same answer. */
class CallIT {

    private static final int ROWS = 900;
    private static final int KEYS = 30;
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String PIPELINE = """
            pipeline: scores
            streams:
              numbers:
                source: {generator: {kind: counter, rows: ROWS, rate: 300, events_per_second: 50}}
                event_time: {column: at}
            stages:
              scored:
                from: numbers
                select: {id: id, at: at, user: id % KEYS}
                call:
                  http: {url: "URL"}
                  key: [user]
                  result: {score: BIGINT NOT NULL}
                  timeout: 800ms
                  retries: 3
                  max_in_flight: 20
                parallelism: 2
              again:
                from: scored
                key_by: [id]
                parallelism: 2
              per_second:
                from: scored
                group_by: []
                window: {tumbling: 1s}
                select: {n: COUNT(*)}
            sinks:
              seen: {from: scored, to: console}
              once: {from: scored, to: {file: {path: out/once.jsonl}}}
              again: {from: again, to: {file: {path: out/again.jsonl}}}
              counts: {from: per_second, to: {file: {path: out/counts.jsonl}}}
              late: {from: per_second.late, to: {file: {path: out/late.jsonl}}}
              failed: {from: scored.errors, to: {file: {path: out/failed.jsonl}}}
            """;

    @TempDir
    private Path directory;

    private final ScoreServer server = new ScoreServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private Path pipeline() {
        return Pipelines.write(
                directory,
                PIPELINE.replace("ROWS", Integer.toString(ROWS))
                        .replace("KEYS", Integer.toString(KEYS))
                        .replace("URL", server.url()));
    }

    @Test
    void rowsGoOnOnceWithTheFirstAnswerThroughAKill() throws Exception {
        Path pipeline = pipeline();
        String data = directory.resolve("data").toString();
        try (Child child = Child.start(directory, "run", pipeline.toString(), "--data", data)) {
            child.awaitRows(300).signal("KILL");
            assertThat(child.end(Duration.ofSeconds(20)).status()).isEqualTo(137);
        }
        try (Child child = Child.start(directory, "run", pipeline.toString(), "--data", data)) {
            Result result = child.end(LONG);
            assertThat(result.status()).as(result.err()).isZero();
        }
        check();
    }

    /** The other worker takes over what the first has asked and not heard. */
    @Test
    void rowsGoOnOnceWhenAWorkerOfAFleetDies() throws Exception {
        try (Fleet fleet = Fleet.in(directory)) {
            Coordinator coordinator = fleet.coordinator("c1");
            Child first = fleet.worker("w1");
            Child second = fleet.worker("w2");
            first.awaitAddress();
            second.awaitAddress();
            coordinator.done("apply", pipeline().toString());
            first.awaitRows(150).signal("KILL");
            coordinator.awaitPhase("scores", "FINISHED");
        }
        check();
    }

    private void check() throws IOException {
        Map<Long, Long> once = new TreeMap<>();
        Map<Long, Long> lastOfUser = new HashMap<>();
        for (JsonNode row : rows("once.jsonl")) {
            long id = row.path("id").asLong();
            assertThat(once.put(id, row.path("score").asLong()))
                    .as("row %s", id)
                    .isNull();
            Long before = lastOfUser.put(row.path("user").asLong(), id);
            assertThat(before == null || before < id)
                    .as("order of the rows of a user: %s after %s", id, before)
                    .isTrue();
        }
        assertThat(server.questions()).as("some were asked again").isGreaterThan(ROWS);
        Map<Long, Long> again = new TreeMap<>();
        rows("again.jsonl")
                .forEach(row ->
                        again.put(row.path("id").asLong(), row.path("score").asLong()));
        assertThat(again).as("the answers in another place").isEqualTo(once);
        List<Long> unknown = new ArrayList<>();
        for (long id = 0; id < ROWS; id++) {
            if (ScoreServer.unknown(id)) {
                unknown.add(id);
                assertThat(once).doesNotContainKey(id);
            } else {
                assertThat(server.scoresOf(id)).as("answers for %s", id).contains(once.get(id));
            }
        }
        assertThat(rows("failed.jsonl"))
                .hasSize(unknown.size())
                .allSatisfy(row -> assertThat(row.path("error").asText()).contains("answers with 404"));
        long counted = 0;
        for (JsonNode row : rows("counts.jsonl")) {
            counted += row.path("n").asLong();
        }
        assertThat(rows("late.jsonl"))
                .as("rows that came late for having waited")
                .isEmpty();
        assertThat(counted).isEqualTo(once.size());
    }

    private List<JsonNode> rows(String file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        Path path = directory.resolve("out").resolve(file);
        for (String line : Files.exists(path) ? Files.readAllLines(path) : List.<String>of()) {
            rows.add(JSON.readTree(line));
        }
        return rows;
    }
}
