package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.weirflow.api.definition.Place;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Done;
import io.weirflow.coordinator.Admission.Preview;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Admission.Start;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.PlanCompiler.Compiled;
import io.weirflow.language.problem.Problem;
import io.weirflow.language.problem.Severity;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.protocol.plan.PlanCodec;
import io.weirflow.protocol.plan.StageChange;
import io.weirflow.protocol.plan.StageChange.Kind;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The coordinator over HTTP, with one behind it that notes what it is asked. */
final class ControlApiTest {

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> asked = new ArrayList<>();
    private volatile ControlView view = view(Role.LEADING, "http://127.0.0.1:1");
    private volatile boolean deposed;
    private CoordinatorHttp http;

    private static ControlView view(Role role, String leader) {
        return new ControlView(role, 1, leader, List.of(), List.of());
    }

    private final ControlRequests requests = new ControlRequests() {
        private CompletableFuture<Admission> answer(String request, Admission admission) {
            asked.add(request);
            if (deposed) {
                view = view(Role.FOLLOWING, "http://127.0.0.1:2");
            }
            return CompletableFuture.completedFuture(admission);
        }

        @Override
        public CompletableFuture<Admission> submit(Pipeline plan, String baseDir) {
            return plan.name().equals("taken")
                    ? answer("submit", new Refused("it is under way"))
                    : answer(
                            "submit " + plan.name() + " in " + baseDir,
                            new Accepted(plan.name(), "run-1", Incarnation.FIRST, Start.NEW));
        }

        @Override
        public CompletableFuture<Admission> preview(Pipeline plan) {
            List<StageChange> changes = List.of(new StageChange("sums", "sums", Kind.REBUILT, "other keys"));
            return answer("preview", new Preview(plan.name(), changes, "not now"));
        }

        @Override
        public CompletableFuture<Admission> stop(String pipeline, boolean now) {
            return answer(
                    "stop " + pipeline + (now ? " now" : ""),
                    new Accepted(pipeline, "run-1", Incarnation.FIRST, Start.RESUMED));
        }

        @Override
        public CompletableFuture<Admission> delete(String pipeline) {
            return answer("delete " + pipeline, new Done(pipeline, "deleted"));
        }

        @Override
        public CompletableFuture<Admission> scale(String pipeline, String stage, int workers) {
            return answer("scale " + pipeline + "/" + stage + " " + workers, new Done(pipeline, "scaled"));
        }

        @Override
        public CompletableFuture<Admission> park(String pipeline, String stage, int slot, String place) {
            return answer("park " + pipeline + "/" + stage + "/" + slot + " " + place, new Done(pipeline, "parked"));
        }

        @Override
        public CompletableFuture<Admission> savepoint(String pipeline, String name) {
            return answer("savepoint " + pipeline + "/" + name, new Done(pipeline, "being taken"));
        }

        @Override
        public CompletableFuture<Admission> restore(SavepointManifest savepoint, String baseDir) {
            return answer(
                    "restore " + savepoint.pipeline() + "/" + savepoint.name() + " in " + baseDir,
                    new Accepted(savepoint.pipeline(), "restored-1", new Incarnation(2), Start.RESTORED));
        }

        @Override
        public SavepointJobs savepoints() {
            return kept;
        }

        @Override
        public UnknownEffects unknownEffects() {
            return (pipeline, limit) -> {
                if (pipeline.equals("away")) {
                    throw new LogUnavailableException("cannot read", new IllegalStateException("no broker"));
                }
                return List.of(
                        new UnknownEffects.Listed(1_000, "{\"sink\":\"pager\",\"number\":" + limit + "}"),
                        new UnknownEffects.Listed(2_000, "[nonsense"),
                        new UnknownEffects.Listed(3_000, "[]"));
            };
        }
    };

    private final SavepointJobs kept = new SavepointJobs() {
        @Override
        public void take(PipelineAdmitted run, String name) {}

        @Override
        public void restore(PipelineAdmitted run, String savepoint) {}

        @Override
        public List<Ended> ended() {
            return List.of();
        }

        @Override
        public List<Listed> list() {
            return List.of(new Listed("p", "s-1", Listed.State.TAKEN, 1, 10, "f", ""));
        }

        @Override
        public SavepointManifest read(String pipeline, String name) {
            if (!name.equals("s-1")) {
                throw new RefusedException("there is no savepoint " + name);
            }
            Pipeline plan = Plans.twoStages("p", 1);
            return new SavepointManifest(
                    name, "p", "run-1", Incarnation.FIRST, PlanCodec.fingerprint(plan), "/then", 1, plan, List.of());
        }

        @Override
        public void close() {}
    };

    /** A text is the name of the pipeline; some words do not compile. */
    private static final PlanCompiler COMPILER = (yaml, file, baseDir, set) -> {
        if (yaml.startsWith("wrong")) {
            Place place = new Place(file, 3, 7);
            return new Compiled(
                    List.of(new Problem("WF-1203", Severity.ERROR, place, "unknown column 'hots'", "host")),
                    Optional.empty());
        }
        if (yaml.startsWith("absent")) {
            throw new RefusedException("the file of the source is absent");
        }
        return new Compiled(List.of(), Optional.of(Plans.twoStages(set.getOrDefault("NAME", yaml), 1)));
    };

    @BeforeEach
    void start() {
        http = CoordinatorHttp.start(
                new ControlApi(() -> view, () -> requests, COMPILER), vertx, CoordinatorHttp.LOOPBACK, 0);
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private HttpResponse<String> send(String method, String path, String type, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
                .method(method, BodyPublishers.ofString(body))
                .header("Content-Type", type);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> yaml(String path, String text) throws Exception {
        return send("POST", path, "application/yaml", text);
    }

    private static JsonObject body(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    @Test
    void aPipelineIsSubmitted() throws Exception {
        HttpResponse<String> answer = yaml("/pipelines?base_dir=/data&file=x.yaml", "p");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(body(answer).getString("start")).isEqualTo("NEW");
        assertThat(yaml("/pipelines?base_dir=/data&set=NAME%3Dq", "p").statusCode())
                .isEqualTo(200);
        assertThat(asked).containsExactly("submit p in /data", "submit q in /data");
        HttpResponse<String> refused = yaml("/pipelines", "taken");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(body(refused).getString("error")).isEqualTo("it is under way");
        assertThat(yaml("/pipelines", "absent").statusCode()).isEqualTo(409);
    }

    @Test
    void mistakesComeWithTheirPlaces() throws Exception {
        for (String path : List.of("/pipelines", "/plan")) {
            HttpResponse<String> answer = yaml(path + "?file=a.yaml", "wrong");
            assertThat(answer.statusCode()).isEqualTo(422);
            JsonObject problem = body(answer).getJsonArray("problems").getJsonObject(0);
            assertThat(problem.getString("file")).isEqualTo("a.yaml");
            assertThat(problem.getInteger("line")).isEqualTo(3);
            assertThat(problem.getInteger("column")).isEqualTo(7);
            assertThat(problem.getString("code")).isEqualTo("WF-1203");
            assertThat(problem.getString("suggestion")).isEqualTo("host");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void aPlanIsShownStageByStage() throws Exception {
        JsonObject plan = body(yaml("/plan", "p"));
        assertThat(plan.getBoolean("accepted")).isFalse();
        assertThat(plan.getString("reason")).isEqualTo("not now");
        assertThat(plan.getJsonArray("stages").getJsonObject(0).getString("change"))
                .isEqualTo("REBUILT");
    }

    @Test
    void pipelinesAreStoppedScaledAndDeleted() throws Exception {
        assertThat(send("POST", "/pipelines/p/stop", "application/json", "").statusCode())
                .isEqualTo(200);
        assertThat(send("POST", "/pipelines/p/stop", "application/json", "{\"now\": true}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("PUT", "/pipelines/p/stages/sums/workers", "application/json", "{\"workers\": 2}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("POST", "/pipelines/p/stages/sums/slots/3/parked", "application/json", "{\"row\": \"12:3\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("DELETE", "/pipelines/p", "application/json", "").statusCode())
                .isEqualTo(200);
        assertThat(asked).containsExactly("stop p", "stop p now", "scale p/sums 2", "park p/sums/3 12:3", "delete p");
    }

    @Test
    void badRequestsAreExplained() throws Exception {
        assertThat(send("POST", "/pipelines", "text/plain", "p").statusCode()).isEqualTo(415);
        assertThat(yaml("/pipelines?base_dir=here", "p").statusCode()).isEqualTo(400);
        assertThat(yaml("/pipelines?set=nothing", "p").statusCode()).isEqualTo(400);
        for (String odd : List.of("", "{}", "[]", "{\"workers\": \"two\"}", "{\"workers\": 1.5}", "nonsense")) {
            assertThat(send("PUT", "/pipelines/p/stages/s/workers", "application/json", odd)
                            .statusCode())
                    .as(odd)
                    .isEqualTo(400);
        }
        for (String odd : List.of("[]", "{\"now\": \"yes\"}", "nonsense")) {
            assertThat(send("POST", "/pipelines/p/stop", "application/json", odd)
                            .statusCode())
                    .as(odd)
                    .isEqualTo(400);
        }
        for (String slot : List.of("3", "x")) {
            String path = "/pipelines/p/stages/s/slots/" + slot + "/parked";
            String body = slot.equals("x") ? "{\"row\": \"1\"}" : "{}";
            assertThat(send("POST", path, "application/json", body).statusCode())
                    .as(path)
                    .isEqualTo(400);
        }
        HttpResponse<String> large = yaml("/pipelines", "x".repeat((1 << 20) + 1));
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(body(large).getString("error")).contains("1048576 bytes");
        assertThat(body(yaml("/nothing", "p")).getString("error")).isEqualTo("there is nothing at this path");
        assertThat(asked).isEmpty();
    }

    @Test
    void webPagesAreKeptOut() throws Exception {
        HttpResponse<String> answer =
                send("POST", "/pipelines/p/stop", "text/plain", "", "Origin", "http://evil.example");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(asked).isEmpty();
    }

    @Test
    void aFollowerSendsToTheLeader() throws Exception {
        view = view(Role.FOLLOWING, "http://127.0.0.1:1");
        HttpResponse<String> answer = yaml("/pipelines?file=a.yaml", "p");
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Location")).hasValue("http://127.0.0.1:1/pipelines?file=a.yaml");
        assertThat(send("GET", "/pipelines/p", "application/json", "").statusCode())
                .isEqualTo(307);
        assertThat(send("GET", "/health/ready", "application/json", "").statusCode())
                .isEqualTo(200);
        assertThat(asked).isEmpty();
        view = ControlView.EMPTY;
        assertThat(yaml("/pipelines", "p").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/health/ready", "application/json", "").statusCode())
                .isEqualTo(503);
        assertThat(send("GET", "/health/live", "application/json", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aRequestThatOutlivesTheLeadIsSentToTheNextLeader() throws Exception {
        deposed = true;
        HttpResponse<String> answer = yaml("/pipelines", "taken");
        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Location")).hasValue("http://127.0.0.1:2/pipelines");
    }

    @Test
    void theDocumentDescribesAllRoutes() throws Exception {
        Router router = Router.router(vertx);
        new ControlApi(() -> view, () -> requests, COMPILER).mount(router);
        Set<String> routes = new TreeSet<>();
        router.getRoutes().stream()
                .filter(route -> route.methods() != null)
                .forEach(route -> route.methods().forEach(method -> routes.add(method.name() + " " + route.getPath())));
        Set<String> described = new TreeSet<>();
        JsonObject paths = new JsonObject(ControlApi.openApi()).getJsonObject("paths");
        paths.fieldNames()
                .forEach(path -> paths.getJsonObject(path)
                        .fieldNames()
                        .forEach(method -> described.add(
                                method.toUpperCase(Locale.ROOT) + " " + path.replaceAll("\\{([a-z]+)}", ":$1"))));
        assertThat(described).isEqualTo(routes).hasSizeGreaterThan(10);
        assertThat(send("GET", "/openapi.json", "application/json", "").body()).isEqualTo(ControlApi.openApi());
    }

    @Test
    void metricsAreThoseOfTheDocument() throws Exception {
        Matcher explained = Pattern.compile(
                        "\\| `(weirflow_(coordinator|pipeline|inbox)_[a-z_]+)` \\| (?:gauge|counter) \\|")
                .matcher(Files.readString(Path.of("..", "docs", "METRICS.md")));
        Set<String> names = new TreeSet<>();
        while (explained.find()) {
            names.add(explained.group(1));
        }
        Matcher shown = Pattern.compile("# TYPE (\\S+) (?:gauge|counter)")
                .matcher(send("GET", "/metrics", "application/json", "").body());
        Set<String> found = new TreeSet<>();
        while (shown.find()) {
            found.add(shown.group(1));
        }
        assertThat(found).isNotEmpty().isEqualTo(names);
    }

    @Test
    void savepointsAreTakenListedAndRestored() throws Exception {
        HttpResponse<String> taken = send("POST", "/pipelines/p/savepoints", "application/json", "{\"name\":\"s-1\"}");
        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(taken.body()).getString("savepoint")).isEqualTo("s-1");
        assertThat(new JsonObject(send("POST", "/pipelines/p/savepoints", "application/json", "")
                                .body())
                        .getString("savepoint"))
                .as("a name of the time")
                .matches("[0-9]{8}-[0-9]{6}");
        assertThat(send("POST", "/pipelines/p/savepoints", "application/json", "{\"name\":\"../s\"}")
                        .statusCode())
                .isEqualTo(400);
        JsonObject listed = new JsonObject(
                send("GET", "/savepoints?pipeline=p", "application/json", "").body());
        assertThat(listed.getJsonArray("savepoints").getJsonObject(0).getString("name"))
                .isEqualTo("s-1");
        assertThat(send("GET", "/savepoints?pipeline=q", "application/json", "").body())
                .doesNotContain("s-1");
        assertThat(send("POST", "/pipelines/p/savepoints/s-1/restore", "application/json", "")
                        .body())
                .contains("RESTORED");
        assertThat(asked).contains("savepoint p/s-1", "restore p/s-1 in /then");
    }

    @Test
    void unknownEffectsAreListed() throws Exception {
        JsonArray effects = body(send("GET", "/pipelines/p/effects?limit=7", "application/json", ""))
                .getJsonArray("effects");
        assertThat(effects.getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("listed_at", "1970-01-01T00:00:01Z")
                        .put("sink", "pager")
                        .put("number", 7));
        for (int strange : List.of(1, 2)) {
            assertThat(effects.getJsonObject(strange).getString("reason")).startsWith("not a record of a worker's: [");
        }
        assertThat(send("GET", "/pipelines/p/effects", "application/json", "").body())
                .contains("\"number\" : 100");
        for (String limit : List.of("0", "1001", "-1", "ten", "99999999999")) {
            HttpResponse<String> answer = send("GET", "/pipelines/p/effects?limit=" + limit, "application/json", "");
            assertThat(answer.statusCode()).as(limit).isEqualTo(400);
            assertThat(answer.body()).contains("a number from 1 to 1000");
        }
        assertThat(send("GET", "/pipelines/away/effects", "application/json", "")
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void aSavepointIsNotRestoredAsAnythingElse() throws Exception {
        assertThat(yaml("/pipelines/p/savepoints/s-1/restore", "p").statusCode())
                .isEqualTo(200);
        HttpResponse<String> other = yaml("/pipelines/p/savepoints/s-1/restore", "q");
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("is of pipeline 'p', and the file defines 'q'");
        HttpResponse<String> absent = send("POST", "/pipelines/p/savepoints/s-2/restore", "application/json", "");
        assertThat(absent.statusCode()).isEqualTo(409);
        assertThat(absent.body()).contains("there is no savepoint");
        assertThat(send("POST", "/pipelines/p/savepoints/%2e%2e/restore", "application/json", "")
                        .statusCode())
                .isGreaterThanOrEqualTo(400);
    }

    @Test
    void aTakenPortIsRefused() {
        ControlApi api = new ControlApi(() -> view, () -> requests, COMPILER);
        int taken = http.port();
        assertThatThrownBy(() -> CoordinatorHttp.start(api, vertx, CoordinatorHttp.LOOPBACK, taken))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(":" + taken);
    }
}
