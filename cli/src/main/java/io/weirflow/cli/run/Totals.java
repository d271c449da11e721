package io.weirflow.cli.run;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.worker.service.SlotView;
import io.weirflow.worker.slot.StepMetrics;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run has done so far, over all slots.
 *
 * @param rowsRead rows decoded from sources
 * @param badRecords records of sources that could not be decoded
 * @param errorRows rows that stages could not process
 * @param lateRows rows that came after their window had closed
 * @param alerts changes of state of alerts
 * @param unknownEffects for each sink that has some, by name, the rows of which nobody knows whether they have had their effect
 * @param rowsToSinks for each sink, by name, the rows handed to it
 * @param watermarkMs the lowest watermark of all slots; {@link Long#MIN_VALUE} when one has none yet
 * @param lag what is known to lie ahead of all slots
 * @param checkpoints number of durable checkpoints of all slots
 */
record Totals(
        long rowsRead,
        long badRecords,
        long errorRows,
        long lateRows,
        long alerts,
        Map<String, Long> unknownEffects,
        Map<String, Long> rowsToSinks,
        long watermarkMs,
        long lag,
        long checkpoints) {

    static Totals of(Pipeline pipeline, Collection<SlotView> slots) {
        Adder adder = new Adder();
        for (StagePlan stage : pipeline.stages()) {
            for (Step step : stage.steps()) {
                if (step.spec() instanceof StepSpec.Sink sink) {
                    adder.sinks.put(sink.name(), 0L);
                }
            }
        }
        slots.forEach(slot -> adder.add(pipeline.stage(slot.slot().stage()), slot));
        return adder.totals();
    }

    /** Sums up; used by one thread. */
    private static final class Adder {
        private final Map<String, Long> sinks = new LinkedHashMap<>();
        private final Map<String, Long> unknownEffects = new LinkedHashMap<>();
        private long rowsRead;
        private long badRecords;
        private long errorRows;
        private long lateRows;
        private long alerts;
        private long watermarkMs = Long.MAX_VALUE;
        private long lag;
        private long checkpoints;

        void add(StagePlan stage, SlotView slot) {
            if (stage.input() instanceof StageInput.Source) {
                rowsRead += slot.metrics().source().rowsIn();
                badRecords += slot.metrics().source().errorRows();
            }
            for (Step step : stage.steps()) {
                StepMetrics counts = slot.metrics().step(step.id());
                errorRows += counts.errorRows();
                lateRows += counts.lateRows();
                if (step.spec() instanceof StepSpec.Alert) {
                    alerts += counts.rowsOut();
                } else if (step.spec() instanceof StepSpec.Sink sink) {
                    sinks.merge(sink.name(), counts.rowsIn(), Long::sum);
                    if (counts.effects().unknown() > 0) {
                        unknownEffects.merge(sink.name(), counts.effects().unknown(), Long::sum);
                    }
                }
            }
            watermarkMs = Math.min(watermarkMs, slot.metrics().watermarkMs());
            lag += Math.max(0, slot.metrics().lag());
            checkpoints += slot.metrics().checkpoint();
        }

        Totals totals() {
            return new Totals(
                    rowsRead,
                    badRecords,
                    errorRows,
                    lateRows,
                    alerts,
                    unknownEffects,
                    sinks,
                    watermarkMs,
                    lag,
                    checkpoints);
        }
    }

    /** Returns the rows handed to all sinks. */
    long rowsToAllSinks() {
        return List.copyOf(rowsToSinks.values()).stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
