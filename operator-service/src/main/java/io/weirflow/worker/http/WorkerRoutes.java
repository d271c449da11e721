package io.weirflow.worker.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.worker.service.FollowerView;
import io.weirflow.worker.service.SlotView;
import io.weirflow.worker.service.WorkerStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A worker's routes, {@code /slots} and {@code /metrics}, and its answers about its health, to be mounted on any server. Any thread. */
public final class WorkerRoutes {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final WorkerStatus worker;
    private final WorkerMetrics metrics;

    public WorkerRoutes(WorkerStatus worker) {
        this.worker = worker;
        this.metrics = new WorkerMetrics(worker);
    }

    /** Adds the routes, health excepted, which whoever serves several services at once has to combine. */
    public void mount(Router router) {
        router.get("/slots").handler(request -> HttpService.answer(request, 200, slots()));
        router.get("/metrics").handler(this::metrics);
    }

    /** Returns {@code {"live": …}}. */
    public JsonObject live() {
        return new JsonObject().put("live", worker.live());
    }

    /** Returns {@code {"ready": …, "worker": …, "reasons": […]}}, with reasons when it is not. */
    public JsonObject ready() {
        List<String> problems = Readiness.problems(worker);
        return new JsonObject()
                .put("ready", problems.isEmpty())
                .put("worker", worker.id().toString())
                .put("reasons", new JsonArray(problems));
    }

    /** Rendering takes a while when there are many slots, so the event loop does not do it. */
    private void metrics(RoutingContext request) {
        Vertx vertx = request.vertx();
        vertx.executeBlocking(metrics::scrape)
                .onSuccess(text -> {
                    var unused = request.response()
                            .putHeader("Content-Type", PROMETHEUS_TEXT)
                            .end(text);
                })
                .onFailure(request::fail);
    }

    private JsonObject slots() {
        JsonArray slots = new JsonArray();
        worker.slots().forEach(slot -> slots.add(json(slot)));
        JsonArray followers = new JsonArray();
        worker.followers().forEach(follower -> followers.add(json(follower)));
        return new JsonObject()
                .put("worker", worker.id().toString())
                .put("slots", slots)
                .put("followers", followers);
    }

    private static JsonObject json(FollowerView follower) {
        return new JsonObject()
                .put("pipeline", follower.slot().pipeline())
                .put("stage", follower.stage().name())
                .put("slot", follower.slot().partition())
                .put("checkpoint", follower.checkpoint() < 0 ? null : follower.checkpoint())
                .put("lag", follower.lagRecords() < 0 ? null : follower.lagRecords());
    }

    private static JsonObject json(SlotView slot) {
        JsonObject json = new JsonObject()
                .put("pipeline", slot.slot().pipeline())
                .put("stage", slot.stage().name())
                .put("slot", slot.slot().partition())
                .put("status", statusOf(slot));
        if (slot.status() instanceof SlotStatus.Failed failed) {
            json.put("reason", failed.reason()).put("retriable", failed.retriable());
        }
        return json.put("position", slot.metrics().position())
                .put("watermark", watermark(slot.metrics().watermarkMs()))
                .put("lag", slot.metrics().lag() < 0 ? null : slot.metrics().lag())
                .put("credit", slot.metrics().credit())
                .put("checkpoint", slot.metrics().checkpoint())
                .put("checkpointDurationMs", slot.metrics().checkpointMs())
                .put("checkpointAgeMs", slot.checkpointAgeMs() < 0 ? null : slot.checkpointAgeMs())
                .put("stateBytes", slot.metrics().stateBytes());
    }

    /** Returns one word for how a slot is. */
    static String statusOf(SlotView slot) {
        if (slot.opening()) {
            return "opening";
        } else if (slot.status() instanceof SlotStatus.Running) {
            return "running";
        } else if (slot.status() instanceof SlotStatus.SenderBroken) {
            return "sender_broken";
        } else if (slot.status() instanceof SlotStatus.Finished) {
            return "finished";
        } else if (slot.status() instanceof SlotStatus.Failed) {
            return "failed";
        }
        return "released";
    }

    private static @Nullable String watermark(long watermarkMs) {
        if (watermarkMs == Long.MIN_VALUE) {
            return null;
        }
        return watermarkMs == Long.MAX_VALUE
                ? "end"
                : Instant.ofEpochMilli(watermarkMs).toString();
    }
}
