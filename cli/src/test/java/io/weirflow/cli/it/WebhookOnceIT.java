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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A webhook whose endpoint fails in every way, under a process that is killed: no row has its effect twice, and each has it or is listed. */
final class WebhookOnceIT {

    private static final int ROWS = 360;
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String PIPELINE = """
            pipeline: once
            streams:
              numbers:
                source: {generator: {kind: counter, rows: ROWS, rate: 60}}
                event_time: {column: at}
            stages:
              keyed: {from: numbers, key_by: [id], parallelism: 2}
            sinks:
              pager:
                from: keyed
                to: {webhook: {url: "URL", timeout: 500ms}}
            """;

    @TempDir
    private Path directory;

    /** How often each row had its effect, by its Idempotency-Key. */
    private final Map<String, Integer> effects = new ConcurrentHashMap<>();

    private final Map<String, String> rows = new ConcurrentHashMap<>();
    private final Random random = new Random(11);
    private EmbeddedBroker broker;
    private HttpServer endpoint;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                new EmbeddedBrokerConfig(directory.resolve("broker"), 0, BrokerLimits.DEFAULT), fault -> {});
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.setExecutor(Executors.newCachedThreadPool());
        endpoint.createContext("/", this::answer);
        endpoint.start();
    }

    @AfterEach
    void stop() {
        endpoint.stop(0);
        ((java.util.concurrent.ExecutorService) endpoint.getExecutor()).shutdownNow();
        broker.close();
    }

    private synchronized int roll(int bound) {
        return random.nextInt(bound);
    }

    /** Has the effect or not, and says so or not. */
    private void answer(HttpExchange exchange) throws IOException {
        String row = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        switch (roll(20)) {
            case 0 -> exchange.sendResponseHeaders(503, -1);
            case 1 -> exchange.sendResponseHeaders(504, -1);
            case 2 -> {
                effect(key, row);
                exchange.sendResponseHeaders(502, -1);
            }
            case 3 -> effect(key, row);
            default -> {
                effect(key, row);
                exchange.sendResponseHeaders(204, -1);
            }
        }
        // Without an answer this breaks the connection off.
        exchange.close();
    }

    private void effect(String key, String row) {
        effects.merge(key, 1, Integer::sum);
        rows.put(key, row);
    }

    @Test
    void everyRowHasItsEffectOnceOrIsListed() {
        Path pipeline = Pipelines.write(
                directory,
                PIPELINE.replace("ROWS", Integer.toString(ROWS))
                        .replace(
                                "URL",
                                "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/"));
        String[] run = {"run", pipeline.toString(), "--kafka", broker.bootstrapServers()};
        for (int kill = 1; kill <= 2; kill++) {
            int enough = kill * ROWS / 4;
            try (Child child = Child.start(directory, run)) {
                Awaitility.await().atMost(LONG).until(() -> effects.size() >= enough);
                child.signal("KILL");
            }
        }
        Result last;
        try (Child child = Child.start(directory, run)) {
            last = child.end(LONG);
        }
        assertThat(last.status()).as(last.err()).isZero();

        assertThat(effects.values()).as("effects of each row").containsOnly(1);
        List<JsonObject> listed = Topics.rows(broker, "once.pager.unknown").stream()
                .map(JsonObject::new)
                .toList();
        List<String> keys =
                listed.stream().map(row -> row.getString("idempotency_key")).toList();
        assertThat(keys).as("what nobody knows").isNotEmpty().doesNotHaveDuplicates();
        Set<Integer> accounted = new TreeSet<>();
        rows.values().forEach(row -> accounted.add(new JsonObject(row).getInteger("id")));
        listed.forEach(row -> accounted.add(row.getJsonObject("row").getInteger("id")));
        assertThat(accounted)
                .isEqualTo(IntStream.range(0, ROWS).boxed().collect(Collectors.toCollection(TreeSet::new)));
        assertThat(listed.size())
                .as("what was answered is not listed: 3 in 20 are not, and each kill leaves one in each slot at most")
                .isBetween(ROWS / 20, ROWS / 4);
        assertThat(last.err()).contains("nobody knows whether they have arrived; they are in topic once.pager.unknown");
        assertThat(keysOf("--limit", "1000")).isEqualTo(keys);
        assertThat(keysOf("--limit", "2")).isEqualTo(keys.subList(keys.size() - 2, keys.size()));
    }

    /** Returns what a coordinator, which did not run the pipeline, tells of it. */
    private List<String> keysOf(String... options) {
        try (Child coordinator = Child.start(
                directory, "coordinator", "--kafka", broker.bootstrapServers(), "--port", "0", "--name", "c")) {
            List<String> ask = new ArrayList<>(
                    List.of("effects", "once", "-o", "json", "--coordinator", coordinator.awaitAddress()));
            ask.addAll(List.of(options));
            Result result = Result.of(ask.toArray(String[]::new));
            assertThat(result.status()).as(result.err()).isZero();
            return new JsonObject(result.out())
                    .getJsonArray("effects").stream()
                            .map(effect -> ((JsonObject) effect).getString("idempotency_key"))
                            .toList();
        }
    }
}
