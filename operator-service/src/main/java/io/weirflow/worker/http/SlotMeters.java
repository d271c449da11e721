package io.weirflow.worker.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.worker.call.CallMetrics;
import io.weirflow.worker.service.SlotView;
import io.weirflow.worker.sink.EffectCounts;
import io.weirflow.worker.slot.SlotMetrics;
import io.weirflow.worker.slot.StepMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The meters of one slot. Each reads a count when the registry is scraped. Registries hold the objects of counters weakly; this one holds them
 * for as long as the meters are registered.
 */
final class SlotMeters implements AutoCloseable {

    private static final double MS_PER_SECOND = 1000;

    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();
    private volatile SlotView view;

    SlotMeters(MeterRegistry registry, SlotView view) {
        this.registry = registry;
        this.view = view;
        Tags tags = tags(view.slot(), view.stage());
        addInput(tags);
        addFlow(tags);
        addCheckpoints(tags);
        addLives(tags);
        for (Step step : view.stage().steps()) {
            StepMetrics counts = view.metrics().step(step.id());
            Tags stepTags = tags.and("step", Integer.toString(step.id()), "entry", step.entry());
            addStep(stepTags, counts);
            if (step.spec() instanceof StepSpec.Sink sink && sink.guarantee() == Guarantee.AT_MOST_ONCE) {
                addEffects(stepTags, counts.effects());
            } else if (step.spec() instanceof StepSpec.Call) {
                addCalls(stepTags, view.metrics().call(step.id()));
            }
        }
    }

    /** Returns what all meters of a slot are told apart by. */
    static Tags tags(SlotId slot, StagePlan stage) {
        return Tags.of("pipeline", slot.pipeline(), "stage", stage.name(), "slot", Integer.toString(slot.partition()));
    }

    /** Returns whether a slot's counts are those that the meters read. */
    boolean describes(SlotView slot) {
        return slot.metrics() == view.metrics();
    }

    /** Takes what may have changed besides counts. */
    void update(SlotView newView) {
        view = newView;
    }

    private void addInput(Tags tags) {
        if (view.stage().input() instanceof StageInput.Source) {
            StepMetrics source = view.metrics().source();
            counter("weirflow.slot.rows.read", "Rows decoded from the source", tags, source, StepMetrics::rowsIn);
            counter(
                    "weirflow.slot.records.undecodable",
                    "Records of the source that could not be decoded",
                    tags,
                    source,
                    StepMetrics::errorRows);
        }
        gauge("weirflow.slot.position", "Offset in the slot's log that is read next", tags, SlotMetrics::position);
        gauge(
                "weirflow.slot.lag.records",
                "Records known to lie ahead; bytes where a source cannot count records; NaN when not known",
                tags,
                counts -> counts.lag() < 0 ? Double.NaN : counts.lag());
        gauge(
                "weirflow.slot.watermark.timestamp.seconds",
                "Watermark in event time since 1970; NaN before the first, +Inf after the end",
                tags,
                counts -> watermarkSeconds(counts.watermarkMs()));
        gauge(
                "weirflow.slot.under.way.bytes",
                "Frames that were sent and are not acknowledged yet",
                tags,
                SlotMetrics::bytesUnderWay);
    }

    private void addFlow(Tags tags) {
        SlotMetrics counts = view.metrics();
        counter("weirflow.slot.bytes.read", "Size of the records taken", tags, counts, SlotMetrics::bytesRead);
        counter(
                "weirflow.slot.bytes.sent",
                "Size of the frames sent, and roughly of the rows for sinks in Kafka",
                tags,
                counts,
                SlotMetrics::bytesSent);
        gauge(
                "weirflow.slot.credit.ratio",
                "Share of the slot's room that is free; at 0 it takes no record",
                tags,
                SlotMetrics::credit);
        secondsCounter(
                "weirflow.slot.without.credit",
                "Time during which the slot had no credit",
                tags,
                SlotMetrics::withoutCreditMs);
    }

    private void addCheckpoints(Tags tags) {
        gauge(
                "weirflow.slot.checkpoint.number",
                "Number of the last durable checkpoint",
                tags,
                SlotMetrics::checkpoint);
        gauge(
                "weirflow.slot.checkpoint.duration.seconds",
                "What the last checkpoint took until it was durable",
                tags,
                counts -> counts.checkpointMs() / MS_PER_SECOND);
        register(Gauge.builder("weirflow.slot.checkpoint.age.seconds", this, SlotMeters::checkpointAgeSeconds)
                .description("Time since the last checkpoint, or since the slot was first opened here; NaN before")
                .tags(tags)
                .strongReference(true)
                .register(registry));
        gauge(
                "weirflow.slot.state.bytes",
                "Committed state, roughly, as of the last checkpoint",
                tags,
                SlotMetrics::stateBytes);
        gauge(
                "weirflow.slot.overlay.bytes",
                "Heap that changes took when the last checkpoint began, roughly",
                tags,
                SlotMetrics::overlayBytes);
    }

    private void addLives(Tags tags) {
        SlotMetrics counts = view.metrics();
        counter("weirflow.slot.restores", "Times that the slot was opened here", tags, counts, SlotMetrics::restores);
        secondsCounter(
                "weirflow.slot.restore",
                "Time that openings took, from the lease to the first row",
                tags,
                SlotMetrics::restoreMs);
        counter(
                "weirflow.slot.failures",
                "Times that the slot failed here or could not be opened",
                tags,
                counts,
                SlotMetrics::failures);
    }

    private void addStep(Tags tags, StepMetrics counts) {
        counter("weirflow.step.rows.in", "Rows that the step took", tags, counts, StepMetrics::rowsIn);
        counter("weirflow.step.rows.out", "Rows that the step made", tags, counts, StepMetrics::rowsOut);
        counter("weirflow.step.rows.late", "Rows that came after their window", tags, counts, StepMetrics::lateRows);
        counter("weirflow.step.rows.error", "Rows that could not be processed", tags, counts, StepMetrics::errorRows);
    }

    private void addEffects(Tags tags, EffectCounts effects) {
        counter("weirflow.step.effects.done", "Effects that have happened", tags, effects, EffectCounts::done);
        counter(
                "weirflow.step.effects.not.done",
                "Attempts that have certainly had no effect and are repeated",
                tags,
                effects,
                EffectCounts::notDone);
        counter(
                "weirflow.step.effects.unknown",
                "Effects of which nobody knows whether they have happened; they are listed and not repeated",
                tags,
                effects,
                EffectCounts::unknown);
    }

    private void addCalls(Tags tags, CallMetrics counts) {
        counter("weirflow.call.attempts", "Times that a service was asked", tags, counts, CallMetrics::attempts);
        counter("weirflow.call.retries", "Attempts that repeated one that failed", tags, counts, CallMetrics::retries);
        counter("weirflow.call.failures", "Calls that failed for good", tags, counts, CallMetrics::failures);
        counter("weirflow.call.cache.hits", "Calls answered from the cache", tags, counts, CallMetrics::cacheHits);
        gauge(
                "weirflow.call.in.flight",
                "Calls whose result is not in the log yet",
                tags,
                counts,
                CallMetrics::inFlight);
        gauge("weirflow.call.rows.waiting", "Rows that wait for a result", tags, counts, CallMetrics::waiting);
    }

    private void gauge(
            String name, String description, Tags tags, CallMetrics counts, ToLongFunction<CallMetrics> value) {
        register(Gauge.builder(name, counts, value::applyAsLong)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    private <T> void counter(String name, String description, Tags tags, T counts, ToLongFunction<T> value) {
        register(FunctionCounter.builder(name, counts, value::applyAsLong)
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void secondsCounter(String name, String description, Tags tags, ToLongFunction<SlotMetrics> valueMs) {
        register(FunctionCounter.builder(name, view.metrics(), counts -> valueMs.applyAsLong(counts) / MS_PER_SECOND)
                .description(description)
                .baseUnit("seconds")
                .tags(tags)
                .register(registry));
    }

    private void gauge(String name, String description, Tags tags, ToDoubleFunction<SlotMetrics> value) {
        register(Gauge.builder(name, view.metrics(), value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    private void register(Meter meter) {
        meters.add(meter);
    }

    private double checkpointAgeSeconds() {
        long ageMs = view.checkpointAgeMs();
        return ageMs < 0 ? Double.NaN : ageMs / MS_PER_SECOND;
    }

    private static double watermarkSeconds(long watermarkMs) {
        if (watermarkMs == Long.MIN_VALUE) {
            return Double.NaN;
        }
        return watermarkMs == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : watermarkMs / MS_PER_SECOND;
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
