package io.weirflow.worker.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.worker.service.FollowerView;
import io.weirflow.worker.service.SlotView;
import io.weirflow.worker.service.WorkerStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A worker's metrics as Prometheus reads them. Slots count by themselves; here their counts get names and labels when they are asked for, so that
 * counting costs nothing more. Meters of slots that the worker let go are removed. Safe for use by several threads.
 *
 * <p>{@code docs/METRICS.md} lists all.
 */
final class WorkerMetrics {

    private static final List<String> STATUSES = List.of("opening", "running", "sender_broken", "finished", "failed");

    private final WorkerStatus worker;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<SlotId, SlotMeters> slots = new HashMap<>();
    private final Map<SlotId, FollowerMeters> followers = new HashMap<>();
    private volatile Map<String, Integer> byStatus = Map.of();

    WorkerMetrics(WorkerStatus worker) {
        this.worker = worker;
        Gauge.builder(
                        "weirflow.worker.ready",
                        worker,
                        status -> Readiness.problems(status).isEmpty() ? 1 : 0)
                .description("1 when /health/ready answers 200, else 0")
                .strongReference(true)
                .register(registry);
        for (String status : STATUSES) {
            Gauge.builder("weirflow.worker.slots", this, metrics -> metrics.byStatus.getOrDefault(status, 0))
                    .description("Slots that this worker holds, by status")
                    .tag("status", status)
                    .strongReference(true)
                    .register(registry);
        }
    }

    /** Returns all metrics as they are now, in Prometheus' text format. */
    synchronized String scrape() {
        sync();
        return registry.scrape();
    }

    private void sync() {
        Set<SlotId> gone = new HashSet<>(slots.keySet());
        Map<String, Integer> counts = new HashMap<>();
        for (SlotView slot : worker.slots()) {
            if (slot.opening() || !slot.status().letGo() || slot.status() instanceof SlotStatus.Failed) {
                gone.remove(slot.slot());
                counts.merge(WorkerRoutes.statusOf(slot), 1, Integer::sum);
                show(slot);
            }
        }
        gone.forEach(this::hide);
        byStatus = counts;
        syncFollowers();
    }

    private void syncFollowers() {
        Map<SlotId, FollowerView> now = new HashMap<>();
        worker.followers().forEach(follower -> now.put(follower.slot(), follower));
        followers.entrySet().removeIf(known -> {
            boolean gone = !now.containsKey(known.getKey());
            if (gone) {
                known.getValue().close();
            }
            return gone;
        });
        now.values()
                .forEach(view -> followers
                        .computeIfAbsent(view.slot(), slot -> new FollowerMeters(registry, view))
                        .update(view));
    }

    private void show(SlotView slot) {
        SlotMeters meters = slots.get(slot.slot());
        if (meters != null && meters.describes(slot)) {
            meters.update(slot);
        } else {
            hide(slot.slot());
            slots.put(slot.slot(), new SlotMeters(registry, slot));
        }
    }

    private void hide(SlotId slot) {
        SlotMeters meters = slots.remove(slot);
        if (meters != null) {
            meters.close();
        }
    }
}
