package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline is stopped at the moment at which a worker is killed: what that had sent out since its last checkpoints is known when the pipeline has stopped. */
@Timeout(240)
final class OrderlyStopIT {

    private static final int ROWS = 3_000;
    private static final Duration LONG = Duration.ofSeconds(100);
    private static final String PIPELINE = """
            pipeline: paged
            streams:
              numbers:
                source: {generator: {kind: counter, rows: ROWS, rate: 300, partitions: 2}}
                event_time: {column: at}
            stages:
              keyed: {from: numbers, key_by: [id], parallelism: 2}
            sinks:
              pager:
                from: keyed
                guarantee: at_least_once
                to: {webhook: {url: "URL"}}
            """;

    @TempDir
    private Path directory;

    private final Queue<Integer> paged = new ConcurrentLinkedQueue<>();
    private Fleet fleet;
    private HttpServer endpoint;
    private Coordinator coordinator;

    @BeforeEach
    void start() throws Exception {
        fleet = Fleet.in(directory);
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/", this::page);
        endpoint.start();
        coordinator = fleet.coordinator(
                "c", "--savepoints", directory.resolve("savepoints").toString());
    }

    @AfterEach
    void stop() {
        fleet.close();
        endpoint.stop(0);
    }

    private void page(HttpExchange exchange) throws IOException {
        JsonObject row = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        paged.add(row.getInteger("id"));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private Set<String> runningOn() {
        return coordinator.describe("paged").getJsonArray("slots").stream()
                .map(JsonObject.class::cast)
                .filter(slot -> "Running".equals(slot.getString("status")))
                .map(slot -> slot.getString("owner"))
                .collect(Collectors.toSet());
    }

    @Test
    void aSavepointAfterTheStopKnowsWhatADeadWorkerHadSent() {
        Child first = fleet.worker("w1");
        Child second = fleet.worker("w2");
        first.awaitMessage("takes all stages");
        second.awaitMessage("takes all stages");
        Path pipeline = Pipelines.write(
                directory,
                PIPELINE.replace("ROWS", Integer.toString(ROWS))
                        .replace(
                                "URL",
                                "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/"));
        coordinator.done("apply", pipeline.toString());
        Awaitility.await()
                .atMost(LONG)
                .until(() -> paged.size() > ROWS / 5 && runningOn().size() == 2);
        first.signal("KILL");

        assertThat(coordinator.done("stop", "paged")).contains("has stopped after a last checkpoint");
        JsonObject stopped = coordinator.describe("paged");
        assertThat(stopped.getString("phase")).isEqualTo("STOPPED");
        Set<Integer> before = new HashSet<>(paged);
        coordinator.done("savepoint", "create", "paged", "stopped");
        paged.clear();
        coordinator.done("savepoint", "restore", "paged", "stopped");
        coordinator.awaitPhase("paged", "FINISHED");

        assertThat(paged).as("what was sent after the restore").doesNotContainAnyElementsOf(before);
        Set<Integer> all = new TreeSet<>(before);
        all.addAll(paged);
        assertThat(all).isEqualTo(IntStream.range(0, ROWS).boxed().collect(Collectors.toCollection(TreeSet::new)));
    }
}
