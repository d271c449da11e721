package io.weirflow.coordinator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weirflow.coordinator.ControlView.PipelineView;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.ControlView.SlotView;
import io.weirflow.protocol.fleet.SlotStatus;
import java.util.function.Supplier;

/**
 * A coordinator's routes, {@code /pipelines} and {@code /pipelines/{name}}, and its answers about its health, to be mounted on any server. They
 * read snapshots only. Any thread.
 */
public final class CoordinatorRoutes {

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final Supplier<ControlView> view;

    public CoordinatorRoutes(Supplier<ControlView> view) {
        this.view = view;
    }

    /** Adds the routes, health excepted, which whoever serves several services at once has to combine. */
    public void mount(Router router) {
        router.get("/pipelines").handler(this::pipelines);
        router.get("/pipelines/:name").handler(this::pipeline);
    }

    /** Adds {@code /workers}. */
    void mountWorkers(Router router) {
        router.get("/workers").handler(this::workers);
    }

    private void workers(RoutingContext request) {
        JsonArray all = new JsonArray();
        view.get()
                .workers()
                .forEach(worker -> all.add(new JsonObject()
                        .put("worker", worker.worker().toString())
                        .put("pipelines", new JsonArray(worker.scope().pipelines()))
                        .put("stages", new JsonArray(worker.scope().stages()))));
        answer(request, OK, new JsonObject().put("workers", all));
    }

    /** Returns {@code {"live": …}}. */
    public JsonObject live() {
        return new JsonObject().put("live", view.get().role() != Role.CLOSED);
    }

    /** Returns {@code {"ready": …, "role": …, "leader": …}}; a coordinator is ready when it leads, or knows who does. */
    public JsonObject ready() {
        ControlView now = view.get();
        boolean follows = now.role() == Role.FOLLOWING && !now.leader().isEmpty();
        return new JsonObject()
                .put("ready", now.role() == Role.LEADING || follows)
                .put("role", now.role().name())
                .put("leader", now.leader());
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
        JsonArray poison = new JsonArray();
        pipeline.poison()
                .forEach(found -> poison.add(new JsonObject()
                        .put("stage", found.stage())
                        .put("slot", found.slot())
                        .put("row", found.place())
                        .put("reason", found.reason())
                        .put("record", found.record())
                        .put("version", found.version())
                        .put("parked", found.parked())));
        JsonArray stages = new JsonArray();
        pipeline.stages()
                .forEach(stage -> stages.add(new JsonObject()
                        .put("stage", stage.name())
                        .put("uid", stage.uid())
                        .put("slots", stage.slots())
                        .put("workers", stage.workers())
                        .put("standbys", stage.standbys())
                        .put("version", stage.version())));
        return new JsonObject()
                .put("name", pipeline.name())
                .put("instance", pipeline.instance())
                .put("incarnation", pipeline.incarnation().number())
                .put("fingerprint", pipeline.fingerprint())
                .put("phase", pipeline.phase().name())
                .put("reason", pipeline.reason())
                .put("checkpoint", pipeline.checkpoint())
                .put("stages", stages)
                .put("slots", slots)
                .put("poison", poison);
    }

    private static JsonObject json(SlotView slot) {
        JsonObject json = new JsonObject()
                .put("stage", slot.stage())
                .put("partition", slot.slot().partition())
                .put("owner", slot.owner().map(Object::toString).orElse(null))
                .put("epoch", slot.epoch().number())
                .put("revoked", slot.revoked())
                .put("failures", slot.failures())
                .put("followers", followers(slot));
        slot.status().ifPresent(status -> put(json, status));
        return json;
    }

    private static JsonArray followers(SlotView slot) {
        JsonArray followers = new JsonArray();
        slot.followers()
                .forEach(one -> followers.add(new JsonObject()
                        .put("worker", one.worker())
                        .put("checkpoint", one.checkpoint() < 0 ? null : one.checkpoint())
                        .put("lag", one.lagRecords() < 0 ? null : one.lagRecords())));
        return followers;
    }

    private static void put(JsonObject json, SlotStatus status) {
        json.put("status", status.getClass().getSimpleName());
        if (status instanceof SlotStatus.Running running) {
            json.put("checkpoint", running.checkpoint()).put("nextPosition", running.nextPosition());
            json.put("watermarkMs", running.watermarkMs() == Long.MIN_VALUE ? null : running.watermarkMs());
            json.put("stageVersion", running.stageVersion());
        } else if (status instanceof SlotStatus.Finished finished) {
            json.put("checkpoint", finished.checkpoint()).put("nextPosition", finished.nextPosition());
        } else if (status instanceof SlotStatus.Failed failed) {
            json.put("reason", failed.reason()).put("retriable", failed.retriable());
        }
    }

    static void answer(RoutingContext request, int status, JsonObject body) {
        // Vert.x reports a failed answer to its own exception handler; a client that has gone is nobody's concern.
        var unused = request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.encodePrettily());
    }
}
