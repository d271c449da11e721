package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines that are changed while they run, and rows that make them fail: processes of their own on a real broker. */
final class UpgradeIT {

    private static final Duration LONG = Duration.ofSeconds(120);

    /** Two services with one slot each, whose rows say by which version of either they were made; without an end. */
    private static final String MARKED = """
            pipeline: marked
            streams:
              numbers:
                source: {generator: {kind: counter, rate: 250}}
                event_time: {column: at}
            stages:
              read:
                from: numbers
                select: {id: id, read: READ}
              keyed:
                from: read
                key_by: [id]
                parallelism: 1
              made:
                from: keyed
                select: {id: id, read: read, made: MADE}
            sinks:
              seen: {from: made, to: console}
              result: {from: made, to: {kafka: {topic: marked}}, format: json}
            """;

    /** Rows come one by one: a fix goes in at the record at which the slot fails, and not at another row of it. */
    private static final String PICKY = """
            pipeline: picky
            streams:
              numbers: {source: {generator: {kind: counter, rows: 100, rate: 40}}}
            stages:
              checked:
                from: numbers
                operator: {class: io.weirflow.cli.it.Picky, config: {confused_by: CONFUSED_BY}}
                key_by: [id]
                parallelism: 1
            sinks:
              result: {from: checked, to: {file: {path: out/picky.jsonl}}}
              parked: {from: checked.errors, to: {file: {path: out/parked.jsonl}}}
            """;

    @TempDir
    private static Path directory;

    private static Fleet fleet;
    private static Coordinator coordinator;

    private record Marked(long id, int read, int made) {}

    @BeforeAll
    static void start() throws Exception {
        fleet = Fleet.in(directory);
        coordinator = fleet.coordinator("c1");
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static List<Integer> versions(JsonArray slots) {
        return slots.stream()
                .map(slot -> ((JsonObject) slot).getInteger("stageVersion"))
                .toList();
    }

    private static void awaitVersions(Integer... versions) {
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(
                        () -> assertThat(versions(coordinator.describe("marked").getJsonArray("slots")))
                                .containsExactly(versions));
    }

    private static String marked(String read, String made) {
        String text = MARKED.replace("READ", read).replace("MADE", made);
        return Pipelines.write(directory, "marked.yaml", text).toString();
    }

    private static String picky(String confusedBy) {
        return Pipelines.write(directory, "picky.yaml", PICKY.replace("CONFUSED_BY", confusedBy))
                .toString();
    }

    private static Marked parse(String line) {
        JsonObject row = new JsonObject(line);
        return new Marked(row.getLong("id"), row.getInteger("read"), row.getInteger("made"));
    }

    private static List<Long> idsBelow(int end) {
        return LongStream.range(0, end).boxed().toList();
    }

    @Test
    void stagesAreUpgradedUnderLoadEachAtOneCut() {
        Child first = fleet.service("worker", "w1", "--pipeline", "marked");
        coordinator.done("apply", marked("1", "1"));
        first.awaitRows(50);

        assertThat(coordinator.done("plan", marked("1", "2"))).contains("kept").contains("restarted");
        assertThat(coordinator.done("apply", marked("1", "2"))).contains("goes on with the new version");
        awaitVersions(1, 2);
        assertThat(cuts(first)).as("the other stage goes on without a pause").isEqualTo(1);
        Result refused = coordinator.ask("apply", marked("1, more: id + 1", "more"));
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("cannot take over its data").contains("stop it");
        assertThat(coordinator.ask("plan", marked("1, more: id + 1", "more")).out())
                .contains("it would be refused");

        // After a kill a slot goes over where it has passed what its dead life may have sent.
        first.signal("KILL");
        Child second = fleet.service("worker", "w2", "--pipeline", "marked");
        second.awaitRows(1);
        coordinator.done("apply", marked("2", "3"));
        awaitVersions(2, 3);
        second.awaitRows(second.rows().size() + 50);
        coordinator.done("stop", "marked");
        second.signal("TERM").end(LONG);

        List<Marked> rows = Topics.rows(fleet.broker(), "marked").stream()
                .map(UpgradeIT::parse)
                .sorted(Comparator.comparing(Marked::id))
                .toList();
        assertThat(rows).extracting(Marked::id).containsExactlyElementsOf(idsBelow(rows.size()));
        assertThat(rows).extracting(Marked::read).isSorted().contains(1, 2);
        assertThat(rows).extracting(Marked::made).isSorted().contains(1, 2, 3);
    }

    private static long cuts(Child worker) {
        return worker.err()
                .lines()
                .filter(line -> line.contains("The slot stands at the cut"))
                .count();
    }

    @Test
    void rowsThatMakeTheirSlotFailAreParkedOrLetThroughByAFix() {
        fleet.service("worker", "w3", "--pipeline", "picky");
        coordinator.done("apply", picky("\"42,77\""));
        coordinator.awaitPhase("picky", "FAILED");
        JsonObject poison = coordinator.describe("picky").getJsonArray("poison").getJsonObject(0);
        String row = poison.getString("row");
        assertThat(poison.getBoolean("parked")).isFalse();
        assertThat(poison.getString("record")).contains("\"id\":42");
        assertThat(coordinator.describe("picky").getString("reason"))
                .contains("nobody has told me of 42")
                .contains("weirflow park picky checked 0 " + row);

        assertThat(coordinator.ask("park", "picky", "checked", "0", "999999").status())
                .isEqualTo(2);
        assertThat(coordinator.done("park", "picky", "checked", "0", row)).contains("is passed over from now on");
        assertThat(coordinator.done("describe", "picky")).contains("PARKED").contains("yes");
        coordinator.done("apply", picky("\"42,77\""));
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(coordinator.describe("picky").getJsonArray("poison"))
                        .as("the next one")
                        .hasSize(2));
        coordinator.awaitPhase("picky", "FAILED");

        assertThat(coordinator.done("apply", picky("\"\""))).contains("goes on with the new version");
        coordinator.awaitPhase("picky", "FINISHED");
        assertThat(Pipelines.lines(directory.resolve("out/picky.jsonl")))
                .extracting(line -> new JsonObject(line).getLong("id"))
                .containsExactlyInAnyOrderElementsOf(
                        idsBelow(100).stream().filter(id -> id != 42).toList());
        assertThat(Pipelines.lines(directory.resolve("out/parked.jsonl")))
                .singleElement()
                .asString()
                .contains("parked: row")
                .contains("nobody has told me of 42");
    }
}
