package io.weirflow.worker.slot;

import io.weirflow.api.connector.CallContext;
import io.weirflow.api.connector.Caller;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;

/** Makes what connectors and formats are opened with. */
final class Endpoints {

    private final SlotEnvironment environment;

    /** A partition of a source, and what decodes its records. */
    record Opened(PartitionReader reader, RowDecoder decoder) {}

    Endpoints(SlotEnvironment environment) {
        this.environment = environment;
    }

    Opened open(StageInput.Source source, int partition) {
        SourceConnector connector = environment.connectors().source(source.connector());
        RowDecoder decoder = connector
                .decoder(source.options(), source.rowType())
                .orElseGet(() -> environment
                        .connectors()
                        .format(source.format())
                        .decoder(source.formatOptions(), source.rowType(), source.readColumns()));
        SourceContext context = new SourceContext(
                source.options(),
                source.format(),
                source.formatOptions(),
                environment.baseDir(),
                environment.kafka(),
                environment.secrets());
        return new Opened(connector.open(context, partition), decoder);
    }

    /** Returns who asks about the rows of a step. */
    Caller caller(Step step, StepSpec.Call call) {
        return environment
                .connectors()
                .call(call.connector())
                .open(new CallContext(
                        environment.pipeline().name(),
                        step.entry(),
                        call.options(),
                        step.inputType(),
                        call.timeoutMs(),
                        environment.secrets()));
    }

    /**
     * Returns what a sink is opened with, once its destination is known to be there. May block.
     *
     * @throws io.weirflow.api.connector.ConnectorException when it is not
     */
    SinkContext prepared(StepSpec.Sink sink, RowType rowType, int partitions) {
        SinkContext context = sinkContext(sink, rowType, partitions);
        environment.destinations().prepare(sink, environment.connectors().sink(sink.connector()), context);
        return context;
    }

    SinkContext sinkContext(StepSpec.Sink sink, RowType rowType, int partitions) {
        RowEncoder encoder = environment
                .connectors()
                .format(sink.format())
                .encoder(sink.formatOptions(), rowType)
                .orElseThrow(() -> new SlotFailure(
                        "sink '" + sink.name() + "': rows cannot be written as " + sink.format(), false, null));
        return new SinkContext(
                environment.pipeline().name(),
                environment.instance(),
                sink.name(),
                sink.options(),
                encoder,
                rowType,
                sink.guarantee(),
                partitions,
                environment.baseDir(),
                environment.kafka(),
                environment.secrets());
    }
}
