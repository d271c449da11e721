package io.weirflow.coordinator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weirflow.coordinator.ControlView.PipelineView;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.ControlView.SlotView;
import io.weirflow.protocol.fleet.SlotStatus;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * What a coordinator shows over HTTP: {@code /health/live}, {@code /health/ready}, {@code /pipelines}, {@code /pipelines/{name}}. It reads
 * snapshots only and listens on the loopback address only. Stop it before the coordinator.
 */
public final class CoordinatorHttp implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final Supplier<ControlView> view;
    private final HttpServer server;

    private CoordinatorHttp(Supplier<ControlView> view, Vertx vertx, int port) {
        this.view = view;
        Router router = Router.router(vertx);
        router.get("/health/live").handler(this::live);
        router.get("/health/ready").handler(this::ready);
        router.get("/pipelines").handler(this::pipelines);
        router.get("/pipelines/:name").handler(this::pipeline);
        this.server = vertx.createHttpServer(
                        new HttpServerOptions().setHost(HOST).setPort(port))
                .requestHandler(router);
    }

    /**
     * Starts listening; blocks until it does.
     *
     * @param vertx the caller's, who also closes it
     * @param port 0 for any free one
     * @throws RefusedException when the port is in use
     */
    public static CoordinatorHttp start(Supplier<ControlView> view, Vertx vertx, int port) {
        CoordinatorHttp http = new CoordinatorHttp(view, vertx, port);
        try {
            http.server.listen().toCompletionStage().toCompletableFuture().join();
            return http;
        } catch (CompletionException e) {
            throw new RefusedException("port " + port + " of the coordinator cannot be used: "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()) + "; choose another");
        }
    }

    public int port() {
        return server.actualPort();
    }

    private void live(RoutingContext request) {
        boolean alive = view.get().role() != Role.CLOSED;
        answer(request, alive ? OK : UNAVAILABLE, new JsonObject().put("live", alive));
    }

    private void ready(RoutingContext request) {
        ControlView now = view.get();
        boolean leads = now.role() == Role.LEADING;
        answer(
                request,
                leads ? OK : UNAVAILABLE,
                new JsonObject().put("ready", leads).put("role", now.role().name()));
    }

    private void pipelines(RoutingContext request) {
        JsonArray all = new JsonArray();
        view.get()
                .pipelines()
                .forEach(one -> all.add(new JsonObject()
                        .put("name", one.name())
                        .put("phase", one.phase().name())));
        answer(request, OK, new JsonObject().put("pipelines", all));
    }

    private void pipeline(RoutingContext request) {
        String name = request.pathParam("name");
        view.get()
                .pipeline(name)
                .ifPresentOrElse(
                        one -> answer(request, OK, json(one)),
                        () -> answer(
                                request,
                                NOT_FOUND,
                                new JsonObject().put("error", "there is no pipeline '" + name + "'")));
    }

    private static JsonObject json(PipelineView pipeline) {
        JsonArray slots = new JsonArray();
        pipeline.slots().forEach(slot -> slots.add(json(slot)));
        return new JsonObject()
                .put("name", pipeline.name())
                .put("instance", pipeline.instance())
                .put("incarnation", pipeline.incarnation().number())
                .put("fingerprint", pipeline.fingerprint())
                .put("phase", pipeline.phase().name())
                .put("reason", pipeline.reason())
                .put("checkpoint", pipeline.checkpoint())
                .put("slots", slots);
    }

    private static JsonObject json(SlotView slot) {
        JsonObject json = new JsonObject()
                .put("stage", slot.stage())
                .put("partition", slot.slot().partition())
                .put("owner", slot.owner().map(Object::toString).orElse(null))
                .put("epoch", slot.epoch().number())
                .put("failures", slot.failures());
        slot.status().ifPresent(status -> put(json, status));
        return json;
    }

    private static void put(JsonObject json, SlotStatus status) {
        json.put("status", status.getClass().getSimpleName());
        if (status instanceof SlotStatus.Running running) {
            json.put("checkpoint", running.checkpoint()).put("nextPosition", running.nextPosition());
            json.put("watermarkMs", running.watermarkMs() == Long.MIN_VALUE ? null : running.watermarkMs());
        } else if (status instanceof SlotStatus.Finished finished) {
            json.put("checkpoint", finished.checkpoint()).put("nextPosition", finished.nextPosition());
        } else if (status instanceof SlotStatus.Failed failed) {
            json.put("reason", failed.reason()).put("retriable", failed.retriable());
        }
    }

    private static void answer(RoutingContext request, int status, JsonObject body) {
        // Vert.x reports a failed answer to its own exception handler; a client that has gone is nobody's concern.
        var unused = request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.encodePrettily());
    }

    /** Stops listening; returns at once. */
    @Override
    public void close() {
        var unused = server.close();
    }
}
