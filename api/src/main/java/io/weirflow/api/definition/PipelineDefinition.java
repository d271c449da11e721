package io.weirflow.api.definition;

import java.util.List;

/**
 * A pipeline as it was written, not checked.
 *
 * @param name {@code [a-z][a-z0-9-]*}; empty when it is missing, which lint reports
 */
public record PipelineDefinition(
        Text name, List<StreamDefinition> streams, List<StageDefinition> stages, List<SinkDefinition> sinks) {

    public PipelineDefinition {
        streams = List.copyOf(streams);
        stages = List.copyOf(stages);
        sinks = List.copyOf(sinks);
    }
}
