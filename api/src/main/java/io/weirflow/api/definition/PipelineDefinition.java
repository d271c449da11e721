package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as it was written, not checked.
 *
 * @param name {@code [a-z][a-z0-9-]*}; empty when it is missing, which lint reports
 * @param standby for stages that do not say it themselves: see {@link StageSettings}; null for none
 * @param onPoison {@code fail} or {@code park}; null for the default
 */
public record PipelineDefinition(
        Text name,
        List<StreamDefinition> streams,
        List<StageDefinition> stages,
        List<SinkDefinition> sinks,
        @Nullable Text standby,
        @Nullable Text onPoison) {

    public PipelineDefinition {
        streams = List.copyOf(streams);
        stages = List.copyOf(stages);
        sinks = List.copyOf(sinks);
    }
}
