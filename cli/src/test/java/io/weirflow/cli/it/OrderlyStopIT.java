package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import io.weirflow.broker.BrokerLimits;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
    private final List<Child> children = new ArrayList<>();
    private EmbeddedBroker broker;
    private HttpServer endpoint;
    private String coordinator;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                new EmbeddedBrokerConfig(directory.resolve("broker"), 0, BrokerLimits.DEFAULT), fault -> {});
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/", this::page);
        endpoint.start();
        String savepoints = directory.resolve("savepoints").toString();
        coordinator = service("coordinator", "c", "--savepoints", savepoints).awaitAddress();
    }

    @AfterEach
    void stop() {
        children.forEach(Child::close);
        endpoint.stop(0);
        broker.close();
    }

    private void page(HttpExchange exchange) throws IOException {
        JsonObject row = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        paged.add(row.getInteger("id"));
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private Child service(String kind, String name, String... options) {
        List<String> args =
                new ArrayList<>(List.of(kind, "--kafka", broker.bootstrapServers(), "--port", "0", "--name", name));
        args.addAll(List.of(options));
        Child child = Child.start(directory, args.toArray(String[]::new));
        children.add(child);
        return child;
    }

    private String done(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--coordinator", coordinator));
        Result result = Result.of(all.toArray(String[]::new));
        assertThat(result.status()).as(result.err()).isZero();
        return result.out();
    }

    private JsonObject describe() {
        return new JsonObject(done("describe", "paged", "-o", "json"));
    }

    private Set<String> runningOn() {
        return describe().getJsonArray("slots").stream()
                .map(JsonObject.class::cast)
                .filter(slot -> "Running".equals(slot.getString("status")))
                .map(slot -> slot.getString("owner"))
                .collect(Collectors.toSet());
    }

    @Test
    void aSavepointAfterTheStopKnowsWhatADeadWorkerHadSent() {
        Child first = service("worker", "w1", "--data", directory.resolve("w1").toString());
        Child second = service("worker", "w2", "--data", directory.resolve("w2").toString());
        first.awaitMessage("takes all stages");
        second.awaitMessage("takes all stages");
        Path pipeline = Pipelines.write(
                directory,
                PIPELINE.replace("ROWS", Integer.toString(ROWS))
                        .replace(
                                "URL",
                                "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/"));
        done("apply", pipeline.toString());
        Awaitility.await()
                .atMost(LONG)
                .until(() -> paged.size() > ROWS / 5 && runningOn().size() == 2);
        first.signal("KILL");

        assertThat(done("stop", "paged")).contains("has stopped after a last checkpoint");
        JsonObject stopped = describe();
        assertThat(stopped.getString("phase")).isEqualTo("STOPPED");
        Set<Integer> before = new HashSet<>(paged);
        done("savepoint", "create", "paged", "stopped");
        paged.clear();
        done("savepoint", "restore", "paged", "stopped");
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(describe().getString("phase")).isEqualTo("FINISHED"));

        assertThat(paged).as("what was sent after the restore").doesNotContainAnyElementsOf(before);
        Set<Integer> all = new TreeSet<>(before);
        all.addAll(paged);
        assertThat(all).isEqualTo(IntStream.range(0, ROWS).boxed().collect(Collectors.toCollection(TreeSet::new)));
    }
}
