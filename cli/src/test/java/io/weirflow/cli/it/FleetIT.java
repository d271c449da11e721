package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coordinators and workers as processes of their own, on one Kafka: commands, signals and kills. */
final class FleetIT {

    private static final int ROWS = 4_000;
    private static final int ROWS_PER_SECOND = 250;
    private static final Duration LONG = Duration.ofSeconds(120);

    /** Ten rows of each tenth, wherever its state was meanwhile. */
    private static final String TENTHS =
            """
            pipeline: handed
            streams:
              numbers:
                source: {generator: {kind: counter, rows: ROWS, rate: RATE}}
                event_time: {column: at}
            stages:
              read:
                from: numbers
                select: {at: at, tenth: id / 10}
              sums:
                from: read
                group_by: [tenth]
                window: {tumbling: 1000d}
                select: {n: COUNT(*)}
                parallelism: 4
            sinks:
              seen: {from: read, to: console}
              result: {from: sums, to: {file: {path: out/tenths.jsonl}}}
            """.replace("ROWS", Integer.toString(ROWS)).replace("RATE", Integer.toString(ROWS_PER_SECOND));

    @TempDir
    private Path directory;

    private Fleet fleet;

    @BeforeEach
    void startBroker() throws Exception {
        fleet = Fleet.in(directory);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private static List<String> owners(JsonObject pipeline, String stage) {
        return pipeline.getJsonArray("slots").stream()
                .map(JsonObject.class::cast)
                .filter(slot -> slot.getString("stage").equals(stage))
                .map(slot -> String.valueOf(slot.getString("owner")).replaceFirst("#.*", ""))
                .distinct()
                .sorted()
                .toList();
    }

    /** Numbers that keep coming for a while. */
    private Path steady(String name) {
        return Pipelines.write(
                directory,
                name + ".yaml",
                Pipelines.ENDLESS
                        .replace("NAME", name)
                        .replace("rate: RATE", "rows: " + ROWS + ", rate: " + ROWS_PER_SECOND)
                        .replace("parallelism: 1", "parallelism: 4"));
    }

    private void assertExact() {
        assertThat(Pipelines.lines(directory.resolve("out/numbers.jsonl")))
                .hasSize(ROWS)
                .doesNotHaveDuplicates();
    }

    private static void awaitRows(List<Child> workers, int atLeast) {
        Awaitility.await()
                .atMost(LONG)
                .until(() -> workers.stream()
                                .mapToInt(worker -> worker.rows().size())
                                .sum()
                        >= atLeast);
    }

    @Test
    void aPipelineIsAppliedScaledStoppedResumedAndDeleted() throws Exception {
        Coordinator at = fleet.coordinator("c1");
        Child one = fleet.worker("w1");
        Child two = fleet.service("worker", "w2", "--pipeline", "whole", "--stage", "keyed");
        Path pipeline = steady("whole");
        one.awaitAddress();
        two.awaitAddress();
        assertThat(at.done("plan", pipeline.toString())).contains("keyed").contains("added");
        assertThat(at.done("apply", pipeline.toString())).contains("whole runs, from the start");
        assertThat(at.done("list")).contains("whole").contains("RUNNING");
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            JsonObject now = at.describe("whole");
            assertThat(owners(now, "numbers")).as("w2 does not take it").containsExactly("w1");
            assertThat(owners(now, "keyed")).containsExactly("w1", "w2");
        });
        awaitRows(List.of(one, two), 100);
        assertThat(get(two.awaitAddress(), "/health/ready")).isEqualTo(200);
        assertThat(get(two.awaitAddress(), "/metrics")).isEqualTo(200);
        assertThat(get(at.address(), "/health/ready")).isEqualTo(200);

        assertThat(at.done("scale", "keyed", "1")).contains("1 worker");
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(
                        () -> assertThat(owners(at.describe("whole"), "keyed")).hasSize(1));
        assertThat(at.done("stop", "whole")).contains("has stopped after a last checkpoint");
        assertThat(at.describe("whole").getString("phase")).isEqualTo("STOPPED");
        assertThat(at.done("apply", pipeline.toString())).contains("where it was left");
        at.awaitPhase("whole", "FINISHED");
        assertExact();
        assertThat(at.done("delete", "whole")).contains("deleted");
        assertThat(at.done("list")).doesNotContain("whole");

        Path wrong = Pipelines.write(directory, "wrong.yaml", "pipeline: wrong\nstages: {a: {from: nowhere}}\n");
        Result refused = at.ask("apply", wrong.toString());
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("wrong.yaml:2:").contains("[WF-");
        for (Child child : fleet.children()) {
            assertThat(child.signal("TERM").end(Duration.ofSeconds(40)).status())
                    .isEqualTo(130);
        }
    }

    /** What would show that slots were not handed over but taken over: a fence, or a slot that is opened where nobody has followed it. */
    @Test
    void aWorkerThatIsStoppedInOrderHandsItsSlotsOverLive() {
        Child coordinator = fleet.service("coordinator", "c1");
        Coordinator at = new Coordinator(coordinator.awaitAddress());
        Child leaver = fleet.service("worker", "w1");
        Child stayer = fleet.service("worker", "w2");
        leaver.awaitAddress();
        stayer.awaitAddress();
        at.done("apply", Pipelines.write(directory, "handed.yaml", TENTHS).toString());
        awaitRows(List.of(leaver, stayer), 2 * ROWS_PER_SECOND);
        List<String> handedOver = slotsOf(at.describe("handed"), "w1");
        assertThat(handedOver).as("slots of the worker that is stopped").hasSizeGreaterThanOrEqualTo(2);

        Result ended = leaver.signal("TERM").end(LONG);
        assertThat(ended.status()).as("as after any signal").isEqualTo(130);
        assertThat(ended.err()).doesNotContain("not all slots were taken over").doesNotContain("has failed");
        assertThat(slotsOf(at.describe("handed"), "w1")).isEmpty();
        assertThat(coordinator.err()).as("nobody was taken for dead").doesNotContain("Fencing the lease");
        for (String slot : handedOver) {
            assertThat(logged(coordinator, slot))
                    .containsSubsequence("The slot is to be let go", "The slot is assigned");
            assertThat(logged(leaver, slot)).contains("The slot is let go");
            assertThat(logged(stayer, slot)).containsSubsequence("The slot's state is at hand", "The slot is open");
        }
        at.awaitPhase("handed", "FINISHED");
        assertThat(Pipelines.lines(directory.resolve("out/tenths.jsonl")))
                .hasSize(ROWS / 10)
                .allSatisfy(
                        line -> assertThat(new JsonObject(line).getLong("n")).isEqualTo(10));
    }

    /** Returns the slots of a worker of the pipeline with tenths, as logs name them. */
    private static List<String> slotsOf(JsonObject pipeline, String worker) {
        List<String> stages = List.of("numbers", "sums");
        return pipeline.getJsonArray("slots").stream()
                .map(JsonObject.class::cast)
                .filter(slot -> String.valueOf(slot.getString("owner")).startsWith(worker + "#"))
                .map(slot -> "handed/" + stages.indexOf(slot.getString("stage")) + "/" + slot.getInteger("partition"))
                .toList();
    }

    /** Returns what a service has logged of a slot, in order, by the words of each message. */
    private static List<String> logged(Child service, String slot) {
        return service.err()
                .lines()
                .filter(line -> line.contains("slot=\"" + slot + "\""))
                .map(line -> line.substring(line.indexOf(" - ") + 3, line.indexOf(" slot=")))
                .toList();
    }

    private static int get(String address, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aKilledLeaderIsReplacedWhileRowsGoOn() {
        Child first = fleet.service("coordinator", "c1");
        String leader = first.awaitAddress();
        Child second = fleet.service("coordinator", "c2");
        Coordinator follower = new Coordinator(second.awaitAddress());
        assertThat(second.err()).contains("follows the leader at http://" + leader);
        Child worker = fleet.service("worker", "w1");
        Path pipeline = steady("led");
        assertThat(follower.done("apply", pipeline.toString()))
                .as("a follower sends to the leader")
                .contains("led runs");
        awaitRows(List.of(worker), 200);
        first.signal("KILL");
        long killedNanos = System.nanoTime();
        int rowsThen = worker.rows().size();
        awaitRows(List.of(worker), rowsThen + ROWS_PER_SECOND);
        assertThat(follower.describe("led").getString("phase")).isEqualTo("RUNNING");
        Duration takeOver = Duration.ofNanos(System.nanoTime() - killedNanos);
        assertThat(takeOver).as("taken over").isLessThan(Duration.ofSeconds(15));
        // The former leader comes back, and follows.
        Child again = fleet.service("coordinator", "c1");
        again.awaitAddress();
        assertThat(again.err()).contains("follows the leader at http://" + follower.address());
        follower.awaitPhase("led", "FINISHED");
        assertExact();
    }

    @Test
    void aKilledWorkerIsReplacedAndNothingIsLostOrDoubled() {
        Coordinator at = fleet.coordinator("c1");
        Child one = fleet.service("worker", "w1");
        Child two = fleet.service("worker", "w2");
        one.awaitAddress();
        two.awaitAddress();
        at.done("apply", steady("killed").toString());
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(
                        () -> assertThat(owners(at.describe("killed"), "keyed")).containsExactly("w1", "w2"));
        awaitRows(List.of(one), 50);
        awaitRows(List.of(two), 50);
        two.signal("KILL");
        long killedNanos = System.nanoTime();
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(
                        () -> assertThat(owners(at.describe("killed"), "keyed")).containsExactly("w1"));
        assertThat(Duration.ofNanos(System.nanoTime() - killedNanos))
                .as("noticed, fenced and assigned")
                .isLessThan(Duration.ofSeconds(15));
        at.awaitPhase("killed", "FINISHED");
        assertExact();
    }
}
