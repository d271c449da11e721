package io.weirflow.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.worker.slot.Counting;
import io.weirflow.worker.slot.SlotMetrics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker answers over HTTP, and what it refuses. */
final class WorkerHttpTest {

    private final FakeWorker worker = new FakeWorker();
    private final HttpClient client = HttpClient.newHttpClient();
    private WorkerHttp http;

    @BeforeEach
    void start() {
        http = WorkerHttp.start(0, worker);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private void assertNotReady(String reason) throws Exception {
        HttpResponse<String> answer = get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(503);
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.getBoolean("ready")).isFalse();
        assertThat(json.getJsonArray("reasons")).singleElement().asString().contains(reason);
    }

    @Test
    void livesWhileItsThreadsDo() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        worker.live = false;
        assertThat(get("/health/live").statusCode()).isEqualTo(503);
        assertNotReady("restart");
    }

    @Test
    void isReadyOnceItKnowsItsSlots() throws Exception {
        worker.caughtUp = false;
        assertNotReady("control log");
        worker.caughtUp = true;
        HttpResponse<String> answer = get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getBoolean("ready")).isTrue();
        worker.draining = true;
        assertNotReady("releases its slots");
    }

    @Test
    void isNotReadyWithASlotThatFailed() throws Exception {
        worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING);
        worker.hold(FakeWorker.INBOX, new SlotStatus.Failed("the disk is full", true));
        assertNotReady("slot p/1/3 has failed: the disk is full");
    }

    @Test
    void isNotReadyWithASlotThatIsStuck() throws Exception {
        worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING, Readiness.STUCK_MS, -1, new SlotMetrics());
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING, Readiness.STUCK_MS + 1, -1, new SlotMetrics());
        assertNotReady("slot p/0/0 has been opening for 60 s");
    }

    @Test
    void showsItsSlots() throws Exception {
        Counting.fill(worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING));
        Counting.end(worker.hold(FakeWorker.INBOX, new SlotStatus.Failed("broken", false)));
        HttpResponse<String> answer = get("/slots");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.getString("worker")).isEqualTo("w#2");
        assertThat(json.getJsonArray("slots").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("pipeline", "p")
                        .put("stage", "in")
                        .put("slot", 0)
                        .put("status", "running")
                        .put("position", 42)
                        .put("watermark", "1970-01-01T00:00:01.500Z")
                        .put("lag", 7)
                        .put("credit", 0.75)
                        .put("checkpoint", 9)
                        .put("checkpointDurationMs", 250)
                        .put("checkpointAgeMs", 2500)
                        .put("stateBytes", 4096));
        JsonObject failed = json.getJsonArray("slots").getJsonObject(1);
        assertThat(failed.getString("status")).isEqualTo("failed");
        assertThat(failed.getString("reason")).isEqualTo("broken");
        assertThat(failed.getString("watermark")).isEqualTo("end");
        assertThat(failed.getValue("lag")).isNull();
    }

    @Test
    void servesMetricsAsText() throws Exception {
        worker.hold(FakeWorker.SOURCE, FakeWorker.RUNNING);
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(ScrapedText.of(answer.body()).samples()).containsEntry("weirflow_worker_ready", 1.0);
    }

    @Test
    void servesNothingElse() throws Exception {
        HttpResponse<String> absent = get("/elsewhere");
        assertThat(absent.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(absent.body()).getString("error")).contains("nothing at this path");
        HttpResponse<String> posted =
                client.send(request("/slots").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
        assertThat(posted.statusCode()).isEqualTo(405);
    }

    @Test
    void bindsClientsToItsLimits() throws Exception {
        HttpRequest large = request("/slots")
                .POST(BodyPublishers.ofString("x".repeat(100_000)))
                .build();
        assertThat(client.send(large, BodyHandlers.ofString()).statusCode()).isEqualTo(413);
        HttpRequest header =
                request("/slots").header("X-Long", "x".repeat(20_000)).build();
        assertThat(client.send(header, BodyHandlers.ofString()).statusCode()).isEqualTo(431);
        assertThat(get("/" + "x".repeat(10_000)).statusCode()).isEqualTo(414);
    }

    @Test
    void forbidsGuessingOfTypes() throws Exception {
        for (String path : new String[] {"/slots", "/metrics", "/health/live", "/elsewhere"}) {
            assertThat(get(path).headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .hasValue("nosniff");
        }
    }

    @Test
    void keepsItsBugsToItself() throws Exception {
        worker.bug = new IllegalStateException("inner workings");
        for (String path : new String[] {"/slots", "/metrics", "/health/ready"}) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(500);
            assertThat(answer.body()).contains("see the log").doesNotContain("inner workings", "Exception");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        }
        worker.bug = null;
        assertThat(get("/slots").statusCode()).isEqualTo(200);
    }

    @Test
    void saysWhatToDoWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> WorkerHttp.start(port, worker))
                    .isInstanceOf(HttpStartException.class)
                    .hasMessage("port " + port + " is in use: give another --port");
        }
        assertThatThrownBy(() -> WorkerHttp.start(70_000, worker))
                .isInstanceOf(HttpStartException.class)
                .hasMessageContaining("70000");
        assertThatThrownBy(() -> WorkerHttp.start("no-such-host.invalid", 0, worker))
                .isInstanceOf(HttpStartException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void listensNoMoreOnceClosed() {
        http.close();
        assertThatThrownBy(() -> get("/health/live")).isInstanceOf(java.net.ConnectException.class);
    }
}
