package io.weirflow.coordinator;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weirflow.api.Edge;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.PlanCompiler.Compiled;
import io.weirflow.language.problem.Problem;
import io.weirflow.language.problem.Severity;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a coordinator is asked over HTTP: {@code openapi.json} describes it, and a test compares. A coordinator that does not lead sends
 * those who ask to the leader (307). Any thread.
 */
public final class ControlApi {

    private static final Logger LOG = LoggerFactory.getLogger(ControlApi.class);
    private static final String OPENAPI = "openapi.json";
    private static final int OK = 200;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int CONFLICT = 409;
    private static final int UNSUPPORTED = 415;
    private static final int UNPROCESSABLE = 422;
    private static final int INTERNAL = 500;
    private static final int UNAVAILABLE = 503;

    private final Supplier<ControlView> view;
    private final Supplier<? extends ControlRequests> requests;
    private final PlanCompiler compiler;

    /** @param requests asked only while the view says that this coordinator leads */
    public ControlApi(Supplier<ControlView> view, Supplier<? extends ControlRequests> requests, PlanCompiler compiler) {
        this.view = view;
        this.requests = requests;
        this.compiler = compiler;
    }

    /** Adds all routes. */
    void mount(Router router) {
        CoordinatorRoutes reads = new CoordinatorRoutes(view);
        router.get("/health/live").handler(request -> health(request, "live", reads.live()));
        router.get("/health/ready").handler(request -> health(request, "ready", reads.ready()));
        router.get("/metrics").handler(this::metrics);
        router.get("/" + OPENAPI).handler(ControlApi::openApi);
        router.route("/pipelines*").handler(this::onlyTheLeader);
        router.route("/plan").handler(this::onlyTheLeader);
        router.route("/workers").handler(this::onlyTheLeader);
        router.route("/savepoints").handler(this::onlyTheLeader);
        reads.mount(router);
        reads.mountWorkers(router);
        router.post("/pipelines").handler(request -> compiled(request, this::submit));
        router.post("/plan").handler(request -> compiled(request, this::preview));
        router.delete("/pipelines/:name")
                .handler(request -> ask(request, requests.get().delete(name(request))));
        router.post("/pipelines/:name/stop").handler(this::stop);
        router.put("/pipelines/:name/stages/:stage/workers").handler(this::scale);
        router.post("/pipelines/:name/stages/:stage/slots/:slot/parked").handler(this::park);
        router.get("/savepoints").handler(this::savepoints);
        router.post("/pipelines/:name/savepoints").handler(this::takeSavepoint);
        router.post("/pipelines/:name/savepoints/:savepoint/restore").handler(this::restore);
        router.get("/pipelines/:name/effects").handler(this::effects);
    }

    private static void health(RoutingContext request, String question, JsonObject answer) {
        CoordinatorRoutes.answer(request, answer.getBoolean(question) ? OK : UNAVAILABLE, answer);
    }

    /** Also keeps web pages out, whose browsers would send what they are told to: there is no authentication on the loopback address. */
    private void onlyTheLeader(RoutingContext request) {
        ControlView now = view.get();
        if (request.request().getHeader("Origin") != null) {
            error(request, FORBIDDEN, "requests of web pages are not taken");
        } else if (now.role() == Role.LEADING) {
            request.next();
        } else {
            elsewhere(request, now);
        }
    }

    private static void elsewhere(RoutingContext request, ControlView now) {
        if (now.role() == Role.FOLLOWING && !now.leader().isEmpty()) {
            request.response()
                    .putHeader("Location", now.leader() + request.request().uri());
            CoordinatorRoutes.answer(request, TEMPORARY_REDIRECT, new JsonObject().put("leader", now.leader()));
        } else {
            request.response().putHeader("Retry-After", "1");
            error(request, UNAVAILABLE, "no coordinator leads at the moment; try again in a few seconds");
        }
    }

    private static String name(RoutingContext request) {
        return request.pathParam("name");
    }

    private static void error(RoutingContext request, int status, String message) {
        CoordinatorRoutes.answer(request, status, new JsonObject().put("error", message));
    }

    /** What to do with a plan, and the problems that are none but warnings. */
    @FunctionalInterface
    private interface WithPlan {
        void accept(RoutingContext request, Pipeline plan, Path baseDir, JsonArray warnings);
    }

    private void compiled(RoutingContext request, WithPlan then) {
        String type = request.request().getHeader("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).contains("yaml")) {
            error(request, UNSUPPORTED, "send the pipeline as application/yaml");
            return;
        }
        String yaml = request.body().asString(StandardCharsets.UTF_8.name());
        Path baseDir;
        Map<String, String> variables = new LinkedHashMap<>();
        try {
            baseDir = baseDir(request);
            for (String set : request.queryParam("set")) {
                int equals = set.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("set=" + set + " is not NAME=VALUE");
                }
                variables.put(set.substring(0, equals), set.substring(equals + 1));
            }
        } catch (IllegalArgumentException e) {
            error(request, BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        }
        Vertx vertx = request.vertx();
        vertx.executeBlocking(() -> compiler.compile(
                        yaml == null ? "" : yaml, parameter(request, "file", "pipeline.yaml"), baseDir, variables))
                .onSuccess(compiled -> withPlan(request, compiled, baseDir, then))
                .onFailure(failure -> failed(request, failure));
    }

    /** A file's own folder where the one who asks has said which it is; paths on other machines mean nothing here. */
    @Edge
    private static Path baseDir(RoutingContext request) {
        try {
            Path folder = Path.of(
                    parameter(request, "base_dir", Path.of("").toAbsolutePath().toString()));
            if (!folder.isAbsolute()) {
                throw new IllegalArgumentException("base_dir=" + folder + " is not absolute");
            }
            return folder.normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("base_dir is no path: " + e.getMessage(), e);
        }
    }

    private static String parameter(RoutingContext request, String name, String otherwise) {
        List<String> given = request.queryParam(name);
        return given.isEmpty() || given.get(0).isBlank() ? otherwise : given.get(0);
    }

    private void withPlan(RoutingContext request, Compiled compiled, Path baseDir, WithPlan then) {
        JsonArray problems = new JsonArray();
        compiled.problems().forEach(problem -> problems.add(json(problem)));
        boolean wrong = compiled.plan().isEmpty()
                || compiled.problems().stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
        if (wrong) {
            CoordinatorRoutes.answer(
                    request,
                    UNPROCESSABLE,
                    new JsonObject().put("error", "the pipeline has mistakes").put("problems", problems));
        } else {
            then.accept(request, compiled.plan().orElseThrow(), baseDir, problems);
        }
    }

    private static JsonObject json(Problem problem) {
        return new JsonObject()
                .put("file", problem.place().file())
                .put("line", problem.place().line())
                .put("column", problem.place().column())
                .put("code", problem.code())
                .put("severity", problem.severity().name().toLowerCase(Locale.ROOT))
                .put("message", problem.message())
                .put("suggestion", problem.suggestion())
                .put("text", problem.render());
    }

    private void submit(RoutingContext request, Pipeline plan, Path baseDir, JsonArray warnings) {
        ask(request, requests.get().submit(plan, baseDir.toString()), warnings);
    }

    private void preview(RoutingContext request, Pipeline plan, Path baseDir, JsonArray warnings) {
        ask(request, requests.get().preview(plan), warnings);
    }

    private void stop(RoutingContext request) {
        boolean now;
        try {
            now = request.body().length() > 0 && request.body().asJsonObject().getBoolean("now", false);
        } catch (RuntimeException e) {
            error(request, BAD_REQUEST, "send nothing, or {\"now\": true}");
            return;
        }
        ask(request, requests.get().stop(name(request), now));
    }

    private void scale(RoutingContext request) {
        int workers;
        try {
            Object given = request.body().asJsonObject().getValue("workers");
            if (!(given instanceof Integer number)) {
                throw new IllegalArgumentException("workers is no number");
            }
            workers = number;
        } catch (RuntimeException e) {
            error(request, BAD_REQUEST, "send {\"workers\": N}, with a whole number");
            return;
        }
        ask(request, requests.get().scale(name(request), request.pathParam("stage"), workers));
    }

    private void park(RoutingContext request) {
        int slot;
        String row;
        try {
            slot = Integer.parseInt(request.pathParam("slot"));
            row = request.body().asJsonObject().getString("row");
            if (row == null) {
                throw new IllegalArgumentException("no row");
            }
        } catch (RuntimeException e) {
            error(request, BAD_REQUEST, "send {\"row\": \"POSITION\"}, or \"POSITION:ROW\", of a slot with a number");
            return;
        }
        ask(request, requests.get().park(name(request), request.pathParam("stage"), slot, row));
    }

    private void savepoints(RoutingContext request) {
        List<String> pipeline = request.queryParam("pipeline");
        SavepointJobs jobs = requests.get().savepoints();
        request.vertx()
                .executeBlocking(() -> SavepointApi.list(jobs, pipeline.isEmpty() ? null : pipeline.get(0)))
                .onSuccess(all -> CoordinatorRoutes.answer(request, OK, all))
                .onFailure(failure -> failed(request, failure));
    }

    private void takeSavepoint(RoutingContext request) {
        String savepoint;
        try {
            savepoint = SavepointApi.name(
                    request.body().length() > 0 ? request.body().asJsonObject() : null);
        } catch (RuntimeException e) {
            error(
                    request,
                    BAD_REQUEST,
                    e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : "send {\"name\": NAME}");
            return;
        }
        ask(request, requests.get().savepoint(name(request), savepoint), new JsonArray(), savepoint);
    }

    /** With a definition, that must be the savepoint's. */
    private void restore(RoutingContext request) {
        String savepoint;
        try {
            savepoint = SavepointApi.checkName(request.pathParam("savepoint"));
            if (!name(request).matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                throw new IllegalArgumentException("'" + name(request) + "' is no name of a pipeline");
            }
        } catch (IllegalArgumentException e) {
            error(request, BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        }
        if (request.body().length() > 0) {
            compiled(request, (same, plan, baseDir, warnings) -> restore(same, savepoint, plan));
        } else {
            restore(request, savepoint, null);
        }
    }

    private void restore(RoutingContext request, String savepoint, @Nullable Pipeline plan) {
        ControlRequests leader = requests.get();
        request.vertx()
                .executeBlocking(() -> {
                    SavepointManifest found = leader.savepoints().read(name(request), savepoint);
                    if (plan != null) {
                        SavepointApi.checkSame(found, plan);
                    }
                    return found;
                })
                .onSuccess(found -> ask(request, leader.restore(found, SavepointApi.baseDir(request, found))))
                .onFailure(failure -> failed(request, failure));
    }

    private void effects(RoutingContext request) {
        int limit;
        try {
            limit = EffectsApi.limit(request.queryParam("limit"));
        } catch (IllegalArgumentException e) {
            error(request, BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        }
        UnknownEffects effects = requests.get().unknownEffects();
        request.vertx()
                .executeBlocking(() -> EffectsApi.newest(effects, name(request), limit))
                .onSuccess(newest -> CoordinatorRoutes.answer(request, OK, newest))
                .onFailure(failure -> failed(request, failure));
    }

    private void ask(RoutingContext request, CompletableFuture<Admission> answer) {
        ask(request, answer, new JsonArray());
    }

    private void ask(RoutingContext request, CompletableFuture<Admission> answer, JsonArray warnings) {
        ask(request, answer, warnings, "");
    }

    /** @param savepoint that a request without a name was given; empty for none */
    private void ask(
            RoutingContext request, CompletableFuture<Admission> answer, JsonArray warnings, String savepoint) {
        var unused = answer.whenComplete((admission, failure) -> request.vertx().runOnContext(context -> {
            ControlView now = view.get();
            if (failure != null) {
                failed(request, failure);
            } else if (admission instanceof Admission.Refused && now.role() != Role.LEADING) {
                // The lead was lost while the request waited, so nothing came of it.
                elsewhere(request, now);
            } else {
                answer(request, admission, warnings, savepoint);
            }
        }));
    }

    private static void answer(RoutingContext request, Admission admission, JsonArray warnings, String savepoint) {
        if (admission instanceof Admission.Accepted accepted) {
            JsonObject body = new JsonObject()
                    .put("pipeline", accepted.pipeline())
                    .put("instance", accepted.instance())
                    .put("incarnation", accepted.incarnation().number())
                    .put("start", accepted.start().name());
            CoordinatorRoutes.answer(request, OK, body.put("problems", warnings));
        } else if (admission instanceof Admission.Done done) {
            JsonObject body = new JsonObject().put("pipeline", done.pipeline()).put("message", done.message());
            CoordinatorRoutes.answer(request, OK, savepoint.isEmpty() ? body : body.put("savepoint", savepoint));
        } else if (admission instanceof Admission.Preview preview) {
            CoordinatorRoutes.answer(request, OK, json(preview).put("problems", warnings));
        } else if (admission instanceof Admission.Refused refused) {
            error(request, CONFLICT, refused.message());
        }
    }

    private static JsonObject json(Admission.Preview preview) {
        JsonArray stages = new JsonArray();
        preview.changes()
                .forEach(change -> stages.add(new JsonObject()
                        .put("stage", change.stage())
                        .put("uid", change.uid())
                        .put("change", change.kind().name())
                        .put("reason", change.reason())));
        return new JsonObject()
                .put("pipeline", preview.pipeline())
                .put("accepted", preview.refusal().isEmpty())
                .put("reason", preview.refusal())
                .put("stages", stages);
    }

    private static void failed(RoutingContext request, Throwable failure) {
        if (failure instanceof RefusedException refused) {
            error(request, CONFLICT, String.valueOf(refused.getMessage()));
            return;
        }
        if (failure instanceof LogUnavailableException) {
            error(request, UNAVAILABLE, failure.getMessage() + ": Kafka does not answer; try again in a few seconds");
            return;
        }
        LOG.atError()
                .addKeyValue("path", request.normalizedPath())
                .setCause(failure)
                .log("A request has failed");
        error(request, INTERNAL, "internal error; see the log");
    }

    private void metrics(RoutingContext request) {
        // A client that has gone is nobody's concern.
        var unused = request.response()
                .putHeader("Content-Type", CoordinatorMetrics.CONTENT_TYPE)
                .end(CoordinatorMetrics.render(view.get()));
    }

    private static void openApi(RoutingContext request) {
        var unused =
                request.response().putHeader("Content-Type", "application/json").end(openApi());
    }

    /** Returns the document that describes all routes. */
    static String openApi() {
        try (InputStream in = ControlApi.class.getResourceAsStream(OPENAPI)) {
            if (in == null) {
                throw new IllegalStateException(OPENAPI + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
