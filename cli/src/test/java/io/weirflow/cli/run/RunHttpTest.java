package io.weirflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.weirflow.cli.RefusedException;
import io.weirflow.coordinator.ControlView;
import io.weirflow.coordinator.ControlView.PipelineView;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.worker.service.FollowerView;
import io.weirflow.worker.service.SlotView;
import io.weirflow.worker.service.WorkerStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One server answers for worker and coordinator together. */
final class RunHttpTest {

    private final OneWorker worker = new OneWorker();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile ControlView view = view(Role.LEADING);
    private RunHttp http;

    private static final class OneWorker implements WorkerStatus {
        private volatile boolean caughtUp = true;

        @Override
        public WorkerId id() {
            return new WorkerId("local", 1);
        }

        @Override
        public boolean live() {
            return true;
        }

        @Override
        public boolean caughtUp() {
            return caughtUp;
        }

        @Override
        public boolean draining() {
            return false;
        }

        @Override
        public List<SlotView> slots() {
            return List.of();
        }

        @Override
        public List<FollowerView> followers() {
            return List.of();
        }
    }

    private static ControlView view(Role role) {
        PipelineView pipeline = new PipelineView(
                "alerts", "run-1", Incarnation.FIRST, "f", Phase.RUNNING, "", 3, List.of(), List.of(), List.of());
        return new ControlView(role, 1, "", List.of(), List.of(pipeline));
    }

    @BeforeEach
    void start() {
        http = RunHttp.start(0, worker, () -> view);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + http.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    @Test
    void servesTheRoutesOfBoth() throws Exception {
        assertThat(new JsonObject(get("/slots").body()).getString("worker")).isEqualTo("local#1");
        assertThat(get("/metrics").body()).contains("weirflow_worker_ready 1.0");
        assertThat(new JsonObject(get("/pipelines").body()).getJsonArray("pipelines"))
                .containsExactly(new JsonObject().put("name", "alerts").put("phase", "RUNNING"));
        assertThat(new JsonObject(get("/pipelines/alerts").body()).getLong("checkpoint"))
                .isEqualTo(3);
        assertThat(get("/pipelines/other").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    @Test
    void isWellWhenBothAre() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        worker.caughtUp = false;
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        worker.caughtUp = true;
        view = view(Role.FENCED);
        HttpResponse<String> fenced = get("/health/ready");
        assertThat(fenced.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(fenced.body()).getJsonObject("worker").getBoolean("ready"))
                .isTrue();
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        view = view(Role.CLOSED);
        assertThat(get("/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void refusesAPortThatIsTaken() {
        assertThatThrownBy(() -> RunHttp.start(http.port(), worker, () -> view))
                .isInstanceOf(RefusedException.class)
                .hasMessage("port " + http.port() + " is in use: give another --port");
    }
}
