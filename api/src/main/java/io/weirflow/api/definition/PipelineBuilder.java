package io.weirflow.api.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds a {@link PipelineDefinition}. Names are as in YAML. Not safe for use by several threads. */
public final class PipelineBuilder {

    private final Text name;
    private final List<StreamDefinition> streams = new ArrayList<>();
    private final List<StageDefinition> stages = new ArrayList<>();
    private final List<SinkDefinition> sinks = new ArrayList<>();
    private @Nullable Text standby;
    private @Nullable Text onPoison;

    PipelineBuilder(String name) {
        this.name = Text.of(name);
    }

    /** Adds a stream. */
    public PipelineBuilder stream(String streamName, Consumer<StreamBuilder> describe) {
        StreamBuilder stream = new StreamBuilder(streamName);
        describe.accept(stream);
        streams.add(stream.build());
        return this;
    }

    /** Adds a stage. */
    public PipelineBuilder stage(String stageName, Consumer<StageBuilder> describe) {
        StageBuilder stage = new StageBuilder(stageName);
        describe.accept(stage);
        stages.add(stage.build());
        return this;
    }

    /** Adds a sink. */
    public PipelineBuilder sink(String sinkName, Consumer<SinkBuilder> describe) {
        SinkBuilder sink = new SinkBuilder(sinkName);
        describe.accept(sink);
        sinks.add(sink.build());
        return this;
    }

    /** Has so many workers keep the state of each slot at hand besides its owner, in all stages that do not say otherwise. */
    public PipelineBuilder standby(int workers) {
        standby = Text.of(Integer.toString(workers));
        return this;
    }

    /** Says what becomes of a row that makes its slot fail: {@code fail} or {@code park}. */
    public PipelineBuilder onPoison(String choice) {
        onPoison = Text.of(choice);
        return this;
    }

    /** Returns what was defined so far. */
    public PipelineDefinition build() {
        return new PipelineDefinition(name, streams, stages, sinks, standby, onPoison);
    }
}
