package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.weirflow.broker.BrokerLimits;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Savepoints with processes and brokers as they are, of a pipeline with windows that are open and rows that wait for a service: one is taken while rows flow
 * and restored in its place, one of the stopped pipeline is carried to another cluster, whose offsets begin at 0 again.
 */
@Timeout(240)
final class SavepointIT {

    private static final Duration LONG = Duration.ofSeconds(100);
    private static final int ROWS = 1_000;
    private static final Pattern LEADS_AT =
            Pattern.compile("coordinator: leads; HTTP is at http://(127\\.0\\.0\\.1:[0-9]+)");
    private static final Set<Long> ANSWERED = LongStream.range(0, ROWS)
            .filter(id -> !ScoreServer.unknown(id))
            .boxed()
            .collect(Collectors.toSet());

    private static final String PIPELINE = """
            pipeline: scores
            streams:
              numbers:
                source: {generator: {kind: counter, rows: ROWS, rate: RATE, partitions: 2, events_per_second: 1000}}
                event_time: {column: at}
            stages:
              scored:
                from: numbers
                select: {id: id, at: at, bucket: id % 5, user: id % 90}
                call:
                  http: {url: "URL"}
                  key: [user]
                  result: {score: BIGINT NOT NULL}
                  timeout: 800ms
                  max_in_flight: 20
                parallelism: 2
              sums:
                from: scored
                group_by: [bucket]
                window: {tumbling: 500ms}
                select: {n: COUNT(*), ids: SUM(id)}
                parallelism: 2
            sinks:
              each: {from: scored, to: {kafka: {topic: each}}}
              sums: {from: sums, to: {kafka: {topic: sums}}}
            """;

    @TempDir
    private Path directory;

    private final ScoreServer server = new ScoreServer();
    private final List<Child> children = new ArrayList<>();
    private final List<EmbeddedBroker> brokers = new ArrayList<>();

    @AfterEach
    void stop() {
        children.forEach(Child::close);
        brokers.forEach(EmbeddedBroker::close);
        server.close();
    }

    /** A broker, and a process with a coordinator and a worker. */
    private record Cluster(EmbeddedBroker broker, Child services, Path savepoints) {

        /** Returns the coordinator, once all is there. */
        Coordinator coordinator() {
            services.awaitMessage("takes all stages");
            services.awaitMessage("coordinator: leads");
            Matcher found = LEADS_AT.matcher(services.err());
            assertThat(found.find()).isTrue();
            return new Coordinator(found.group(1));
        }

        List<String> rows(String topic) {
            return Topics.rows(broker, topic);
        }
    }

    private Cluster cluster(String name) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(
                new EmbeddedBrokerConfig(directory.resolve(name), 0, BrokerLimits.DEFAULT), fault -> {});
        brokers.add(broker);
        Path savepoints = directory.resolve(name + "-savepoints");
        String kafka = broker.bootstrapServers();
        String coordinator = "coordinator --kafka " + kafka + " --port 0 --name c --savepoints " + savepoints;
        String worker = "worker --kafka " + kafka + " --port 0 --name w --data " + directory.resolve(name + "-data");
        Child services = Child.services(directory, (coordinator + " -- " + worker).split(" "));
        children.add(services);
        return new Cluster(broker, services, savepoints);
    }

    private static List<String> awaitRows(Cluster cluster, int atLeast) {
        return Awaitility.await()
                .atMost(LONG)
                .ignoreExceptions()
                .until(() -> cluster.rows("each"), rows -> rows.size() >= atLeast);
    }

    private static List<Long> ids(List<String> rows) {
        return rows.stream().map(row -> new JsonObject(row).getLong("id")).toList();
    }

    private static long counted(List<String> windows) {
        return windows.stream()
                .mapToLong(row -> new JsonObject(row).getLong("n"))
                .sum();
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        List<T> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private String pipeline(int rate) {
        return Pipelines.write(
                        directory,
                        "rate-" + rate + ".yaml",
                        PIPELINE.replace("ROWS", Integer.toString(ROWS))
                                .replace("RATE", Integer.toString(rate))
                                .replace("URL", server.url()))
                .toString();
    }

    @Test
    void aPipelineGoesOnExactlyOnceInItsPlaceAndInAnotherCluster() throws Exception {
        Cluster here = cluster("here");
        Cluster there = cluster("there");
        Coordinator at = here.coordinator();
        at.done("apply", pipeline(600));
        List<String> before = awaitRows(here, 100);
        assertThat(at.done("savepoint", "create", "scores", "flowing"))
                .contains("savepoint 'flowing' of scores is taken");
        assertThat(at.refused("savepoint", "restore", "scores", "flowing"))
                .contains("pipeline 'scores' is under way (RUNNING): stop it first");
        awaitRows(here, before.size() + 100);
        at.done("stop", "scores");
        List<String> eachHere = here.rows("each");
        List<String> sumsHere = here.rows("sums");
        at.done("savepoint", "create", "scores", "stopped");
        assertThat(at.refused("savepoint", "create", "scores", "stopped")).contains("give another name");
        assertThat(at.done("savepoint", "list", "scores")).contains("flowing").contains("stopped");

        Files.createDirectories(there.savepoints().resolve("scores"));
        Files.copy(
                here.savepoints().resolve("scores").resolve("stopped.savepoint"),
                there.savepoints().resolve("scores").resolve("moved.savepoint"));
        Coordinator atThere = there.coordinator();
        assertThat(atThere.refused("savepoint", "restore", "scores", "moved", "--file", pipeline(900)))
                .contains("is of another version of the pipeline")
                .contains("'numbers'");
        assertThat(atThere.done("savepoint", "restore", "scores", "moved", "--file", pipeline(600)))
                .contains("scores runs from savepoint 'moved'");
        at.done("savepoint", "restore", "scores", "flowing");
        atThere.awaitPhase("scores", "FINISHED");
        at.awaitPhase("scores", "FINISHED");

        List<Long> moved = both(ids(eachHere), ids(there.rows("each")));
        assertThat(moved).as("rows of both clusters").doesNotHaveDuplicates();
        assertThat(new HashSet<>(moved)).isEqualTo(ANSWERED);
        List<String> sums = both(sumsHere, there.rows("sums"));
        assertThat(sums).as("windows of both clusters").doesNotHaveDuplicates();
        assertThat(counted(sums)).isEqualTo(ANSWERED.size());

        List<Long> all = ids(here.rows("each"));
        List<Long> again = new ArrayList<>(all);
        eachHere.forEach(row -> again.remove(new JsonObject(row).getLong("id")));
        assertThat(again)
                .as("rows that have come since")
                .doesNotHaveDuplicates()
                .as("those that were there before the savepoint")
                .doesNotContainAnyElementsOf(ids(before));
        assertThat(again.size())
                .as("what came after it has come again")
                .isGreaterThan(ANSWERED.size() - eachHere.size());
        assertThat(new HashSet<>(all)).isEqualTo(ANSWERED);
        assertThat(new HashSet<>(here.rows("sums"))).as("the same windows").isEqualTo(new HashSet<>(sums));

        Path file = here.savepoints().resolve("scores").resolve("flowing.savepoint");
        byte[] damaged = Files.readAllBytes(file);
        damaged[damaged.length / 2] ^= 1;
        Files.write(file, damaged);
        assertThat(at.refused("savepoint", "restore", "scores", "flowing")).contains("is damaged");
    }
}
