package io.weirflow.connectors.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter.Effect;
import io.weirflow.api.connector.SinkWriter.External;
import io.weirflow.api.connector.SinkWriter.Outcome;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.format.JsonFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebhookSinkTest {

    private static final RowType TYPE = RowType.of(Column.of("n", Scalar.INTEGER));
    private static final RowType ALERT = RowType.of(
            Column.of("alert_id", Scalar.VARCHAR),
            Column.of("name", Scalar.VARCHAR),
            Column.of("host", Scalar.VARCHAR),
            Column.of("state", Scalar.VARCHAR),
            Column.of("since", Scalar.TIMESTAMP),
            Column.of("at", Scalar.TIMESTAMP),
            Column.of("severity", Scalar.VARCHAR),
            Column.of("summary", Scalar.VARCHAR),
            Column.of("errors", Scalar.BIGINT));

    private record Received(String method, String path, Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private final ConcurrentLinkedQueue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final List<Long> pauses = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final WebhookSink sink = new WebhookSink(pauses::add);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                exchange.getRequestBody().readAllBytes()));
        Integer status = answers.poll();
        if (status != null && status == 0) {
            await();
        }
        exchange.getResponseHeaders().set("Retry-After", "3");
        exchange.getResponseHeaders().set("Location", url("/elsewhere"));
        exchange.sendResponseHeaders(status == null || status == 0 ? 204 : status, -1);
        exchange.close();
    }

    private void await() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private SinkContext context(RowType type, Object... options) {
        return context(Guarantee.AT_LEAST_ONCE, type, options);
    }

    private SinkContext context(Guarantee guarantee, RowType type, Object... options) {
        return new SinkContext(
                "p",
                "run-1",
                "pager",
                Kit.options(options),
                new JsonFormat().encoder(Options.NONE, type).orElseThrow(),
                type,
                guarantee,
                1,
                Path.of("."),
                KafkaAccess.open("localhost:1"),
                secret -> secret.template().equals("${URL}") ? url("/hidden-token") : "s3cret");
    }

    private External open(RowType type, Object... options) {
        return (External) sink.open(context(type, options), 3);
    }

    private Effect effects(Object... options) {
        return (Effect) sink.open(context(Guarantee.AT_MOST_ONCE, TYPE, options), 3);
    }

    private static Row row(int n) {
        return MutableRow.of(TYPE, n);
    }

    @Test
    void postsSignedRowsInOrder() throws Exception {
        External writer = open(
                TYPE,
                "url",
                url("/hook?x=1"),
                "headers",
                Map.of("Authorization", new SecretRef("${TOKEN}")),
                "secret",
                "key");
        writer.write(1, row(10), 0);
        writer.write(2, row(20), 0);
        assertThat(writer.commit(2, true)).isEqualTo(2);
        assertThat(received).extracting(Received::text).containsExactly("{\"n\":10}", "{\"n\":20}");
        Received first = received.get(0);
        assertThat(first.method()).isEqualTo("POST");
        assertThat(first.path()).isEqualTo("/hook?x=1");
        assertThat(first.header("Idempotency-key")).isEqualTo("p-run-1-pager-3-1");
        assertThat(first.header("Authorization")).isEqualTo("s3cret");
        assertThat(first.header("Content-type")).isEqualTo("application/json");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(first.header("X-weirflow-signature"))
                .isEqualTo("sha256=" + java.util.HexFormat.of().formatHex(mac.doFinal(first.body())));
    }

    @Test
    void retriesWithGrowingPausesAndTheSameKey() {
        answers.addAll(List.of(500, 502));
        External writer = open(TYPE, "url", url("/"));
        writer.write(1, row(1), 0);
        assertThat(received).hasSize(3);
        assertThat(received).extracting(r -> r.header("Idempotency-key")).containsOnly("p-run-1-pager-3-1");
        assertThat(pauses).as("as long as Retry-After says").containsExactly(3000L, 3000L);
    }

    @Test
    void saysWhenItGivesUpForNowAndGoesOn() {
        answers.addAll(List.of(503, 429, 503));
        External writer = open(TYPE, "url", new SecretRef("${URL}"), "retries", 2L);
        assertThatThrownBy(() -> writer.write(1, row(1), 0))
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.retriable()).isTrue())
                .hasMessageContaining("answers with 503, 3 times")
                .message()
                .doesNotContain("hidden-token");
        writer.write(1, row(1), 0);
        writer.write(1, row(1), 0);
        assertThat(received).hasSize(4);
        assertThat(writer.commit(1, true)).isEqualTo(1);
    }

    @Test
    void aRefusalIsFatal() {
        answers.addAll(List.of(401, 307));
        External writer = open(TYPE, "url", new SecretRef("${URL}"));
        for (String reason : List.of("refuses the request with 401", "answers with a redirect (307)")) {
            assertThatThrownBy(() -> writer.write(1, row(1), 0))
                    .isInstanceOfSatisfying(
                            ConnectorException.class,
                            e -> assertThat(e.retriable()).isFalse())
                    .hasMessageContaining(reason)
                    .message()
                    .doesNotContain("hidden-token");
        }
        assertThat(received).extracting(Received::path).containsOnly("/hidden-token");
    }

    @Test
    void aSilentReceiverIsRetried() {
        answers.add(0);
        External writer = open(TYPE, "url", url("/"), "timeout", 200L, "retries", 0L);
        assertThatThrownBy(() -> writer.write(1, row(1), 0))
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.retriable()).isTrue())
                .hasMessageContaining("HttpTimeoutException");
    }

    @Test
    void nobodyListens() {
        String address = url("/");
        server.stop(0);
        External writer = open(TYPE, "url", address, "retries", 1L);
        assertThatThrownBy(() -> writer.write(1, row(1), 0))
                .hasMessageContaining("cannot be reached (ConnectException), 2 times");
        assertThat(pauses).containsExactly(200L);
    }

    @Test
    void withoutAChoiceNoRowIsSentTwice() {
        assertThat(sink.best()).isEqualTo(Guarantee.AT_MOST_ONCE);
        assertThat(sink.guarantees()).containsExactlyInAnyOrder(Guarantee.AT_MOST_ONCE, Guarantee.AT_LEAST_ONCE);
    }

    @Test
    void anAttemptIsOneRequest() {
        answers.addAll(List.of(204, 500));
        Effect effects = effects("url", url("/"));
        assertThat(effects.attempt(7, row(1))).isEqualTo(new Outcome.Done());
        assertThat(effects.attempt(8, row(2))).isInstanceOf(Outcome.NotDone.class);
        assertThat(received)
                .extracting(r -> r.header("Idempotency-key"))
                .containsExactly(effects.key(7), effects.key(8));
        assertThat(pauses).isEmpty();
    }

    /** The rule of docs/CONNECTORS.md. */
    @Test
    void whoSaysThatItIsNotDoneIsBelievedAndAGatewayIsNot() {
        Effect effects = effects("url", url("/"));
        long sequence = 0;
        for (int status : new int[] {408, 429, 500, 501, 503, 505, 507, 511}) {
            answers.add(status);
            assertThat(effects.attempt(++sequence, row(1)))
                    .as("%s", status)
                    .isEqualTo(
                            new Outcome.NotDone("webhook sink 'pager': " + url("") + " answers with " + status, 3_000));
        }
        for (int status : new int[] {502, 504, 520, 524, 527}) {
            answers.add(status);
            assertThat(effects.attempt(++sequence, row(1)))
                    .as("%s", status)
                    .isEqualTo(new Outcome.Unknown("webhook sink 'pager': " + url("") + " answers with " + status));
        }
        for (int status : new int[] {301, 400, 401, 404, 409, 422}) {
            answers.add(status);
            long next = ++sequence;
            assertThatThrownBy(() -> effects.attempt(next, row(1)))
                    .as("%s", status)
                    .isInstanceOfSatisfying(
                            ConnectorException.class,
                            e -> assertThat(e.retriable()).isFalse());
        }
    }

    @Test
    void ofASilentReceiverNobodyKnows() {
        answers.add(0);
        Effect effects = effects("url", new SecretRef("${URL}"), "timeout", 200L);
        assertThat(effects.attempt(1, row(1)))
                .isInstanceOfSatisfying(
                        Outcome.Unknown.class,
                        unknown -> assertThat(unknown.reason())
                                .contains("has not answered in 200 ms")
                                .doesNotContain("hidden-token"));
        assertThat(received).hasSize(1);
    }

    @Test
    void ofABrokenConnectionNobodyKnows() throws IOException {
        try (ServerSocket breaking = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread receiver = new Thread(() -> takeAndBreak(breaking));
            receiver.start();
            Effect effects = effects("url", "http://127.0.0.1:" + breaking.getLocalPort() + "/");
            assertThat(effects.attempt(1, row(1)))
                    .isInstanceOfSatisfying(
                            Outcome.Unknown.class,
                            unknown -> assertThat(unknown.reason()).contains("broke the connection off"));
        }
    }

    private static void takeAndBreak(ServerSocket breaking) {
        try (Socket taken = breaking.accept()) {
            assertThat(taken.getInputStream().read()).isPositive();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whereNobodyListensNothingIsDone() {
        String address = url("/");
        server.stop(0);
        Effect effects = effects("url", address);
        List<Long> pausesMs = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pausesMs.add(((Outcome.NotDone) effects.attempt(1, row(1))).pauseMs());
        }
        assertThat(pausesMs).containsExactly(200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L);
        assertThat(effects("url", "http://no-such-host.invalid/").attempt(1, row(1)))
                .isInstanceOf(Outcome.NotDone.class);
    }

    @Test
    void speaksAlertmanager() throws IOException {
        External writer = open(ALERT, "url", url("/"), "body", "alertmanager");
        writer.write(1, MutableRow.of(ALERT, "id1", "high", "web1", "FIRING", 0L, 60_000L, "page", "web1: 51", 51L), 0);
        writer.write(
                2, MutableRow.of(ALERT, "id1", "high", "web1", "RESOLVED", 0L, 120_000L, "page", "web1: 0", null), 0);
        JsonNode firing = new ObjectMapper().readTree(received.get(0).body());
        assertThat(firing.at("/version").asText()).isEqualTo("4");
        assertThat(firing.at("/status").asText()).isEqualTo("firing");
        assertThat(firing.at("/alerts/0/labels").toString())
                .isEqualTo("{\"alertname\":\"high\",\"severity\":\"page\",\"pipeline\":\"p\",\"host\":\"web1\"}");
        assertThat(firing.at("/alerts/0/annotations").toString())
                .isEqualTo("{\"summary\":\"web1: 51\",\"alert_id\":\"id1\",\"errors\":\"51\"}");
        assertThat(firing.at("/alerts/0/startsAt").asText()).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(firing.at("/alerts/0/endsAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
        JsonNode resolved = new ObjectMapper().readTree(received.get(1).body());
        assertThat(resolved.at("/alerts/0/status").asText()).isEqualTo("resolved");
        assertThat(resolved.at("/alerts/0/endsAt").asText()).isEqualTo("1970-01-01T00:02:00.000Z");
        assertThat(resolved.at("/alerts/0/fingerprint")).isEqualTo(firing.at("/alerts/0/fingerprint"));
    }

    @Test
    void checksOptions() {
        assertThat(sink.check(
                        Kit.options(
                                "url",
                                "ftp://x",
                                "headers",
                                Map.of("Host", "x"),
                                "timeout",
                                0L,
                                "retries",
                                -1L,
                                "body",
                                "alertmanager"),
                        TYPE))
                .extracting("option")
                .containsExactly("url", "headers", "timeout", "retries", "body");
        assertThat(sink.check(Kit.options("url", new SecretRef("${URL}")), TYPE))
                .isEmpty();
        assertThatThrownBy(() -> sink.prepare(context(TYPE, "url", new SecretRef("${TOKEN}"))))
                .isInstanceOf(ConnectorException.class)
                .message()
                .doesNotContain("s3cret");
    }
}
