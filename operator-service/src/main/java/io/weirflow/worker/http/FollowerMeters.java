package io.weirflow.worker.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weirflow.worker.service.FollowerView;
import java.util.List;
import java.util.function.ToLongFunction;

/** The meters of one slot of another worker whose state is kept at hand. */
final class FollowerMeters implements AutoCloseable {

    private final MeterRegistry registry;
    private final List<Meter> meters;
    private volatile FollowerView view;

    FollowerMeters(MeterRegistry registry, FollowerView view) {
        this.registry = registry;
        this.view = view;
        Tags tags = SlotMeters.tags(view.slot(), view.stage());
        this.meters = List.of(
                gauge(
                        "weirflow.follower.lag.records",
                        "Records of the slot's changelog that are still to be read; NaN when not known",
                        tags,
                        FollowerView::lagRecords),
                gauge(
                        "weirflow.follower.checkpoint.number",
                        "Number of the slot's last checkpoint that is here; NaN before the first",
                        tags,
                        FollowerView::checkpoint));
    }

    private Meter gauge(String name, String description, Tags tags, ToLongFunction<FollowerView> value) {
        return Gauge.builder(name, this, meters -> {
                    long now = value.applyAsLong(meters.view);
                    return now < 0 ? Double.NaN : now;
                })
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** Takes what has changed. */
    void update(FollowerView newView) {
        view = newView;
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
