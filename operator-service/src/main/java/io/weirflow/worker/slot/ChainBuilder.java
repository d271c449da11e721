package io.weirflow.worker.slot;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.sink.ExternalSink;
import io.weirflow.worker.sink.LogSink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Builds the chain of a slot's steps from the plan, each step with its state, and opens the sinks. */
final class ChainBuilder {

    private final SlotEnvironment environment;
    private final SlotId id;
    private final StagePlan stage;
    private final LogPartition changelog;
    private final RestoredState restored;
    private final SlotOutputs outputs;
    private final OutstandingSends sends;
    private final RecordPlace place;
    private final SlotMetrics metrics;
    private final BooleanSupplier hasRoom;
    private final Endpoints endpoints;

    ChainBuilder(
            SlotEnvironment environment,
            SlotId id,
            StagePlan stage,
            LogPartition changelog,
            RestoredState restored,
            SlotOutputs outputs,
            OutstandingSends sends,
            RecordPlace place,
            SlotMetrics metrics,
            BooleanSupplier hasRoom) {
        this.environment = environment;
        this.id = id;
        this.stage = stage;
        this.changelog = changelog;
        this.restored = restored;
        this.outputs = outputs;
        this.sends = sends;
        this.place = place;
        this.metrics = metrics;
        this.hasRoom = hasRoom;
        this.endpoints = new Endpoints(environment);
    }

    StepChain build() {
        List<Node> nodes = new ArrayList<>();
        try {
            for (Step step : stage.steps()) {
                nodes.add(node(step));
            }
            connect(nodes);
            nodes.forEach(node -> {
                if (node instanceof OperatorNode operator) {
                    operator.open();
                }
            });
        } catch (Throwable e) {
            nodes.forEach(node -> Closing.quietly("a step", node::close));
            throw e;
        }
        int ports =
                stage.input() instanceof StageInput.Inbox inbox ? inbox.ports().size() : 1;
        return new StepChain(
                nodes, readers(nodes, ports, Tag.MAIN), readers(nodes, ports, Tag.ERRORS), restoredWatermarkMs());
    }

    private Node node(Step step) {
        StepMetrics counts = metrics.step(step.id());
        if (step.spec() instanceof StepSpec.Send send) {
            int slots = environment.pipeline().stage(send.stage()).slots();
            return new SendNode(step, send, slots, id.partition(), outputs, environment.compiler(), counts);
        }
        if (step.spec() instanceof StepSpec.Sink sink) {
            return sink(step, sink, counts);
        }
        return new OperatorNode(
                environment.operators().create(step),
                new StepState(step, restored.store(), place, restoredWatermarkMs()),
                new ErrorRows(step.inputType(), place),
                hasRoom,
                counts);
    }

    /** Steps of a slot that reads a source hear of event time only when it ends, see {@link SourceInput}. */
    private long restoredWatermarkMs() {
        return stage.input() instanceof StageInput.Inbox ? restored.progress().watermarkMs() : Long.MIN_VALUE;
    }

    private Node sink(Step step, StepSpec.Sink sink, StepMetrics counts) {
        SinkConnector connector = environment.connectors().sink(sink.connector());
        SinkContext context = endpoints.sinkContext(sink, step.inputType(), stage.slots());
        connector.prepare(context);
        long made = restored.progress().sinks().stream()
                .filter(state -> state.step() == step.id())
                .mapToLong(state -> state.lastSequence())
                .findFirst()
                .orElse(0);
        SinkWriter writer = connector.open(context, id.partition());
        if (writer instanceof SinkWriter.Log log && sink.guarantee() == Guarantee.AT_LEAST_ONCE) {
            PlainSink plain = new PlainSink(log, id.partition(), environment.sender(), sends);
            return SinkNode.toLogAtLeastOnce(step.id(), plain, made, counts);
        }
        if (writer instanceof SinkWriter.Log log) {
            LogSink toLog =
                    new LogSink(log, step.id(), changelog, environment.incarnation(), restored.publishedOf(step.id()));
            return SinkNode.toLog(step.id(), toLog, made, counts);
        }
        SinkWriter.External first = (SinkWriter.External) writer;
        ExternalSink outside = new ExternalSink(
                sink.name() + "-" + id.partition(),
                made,
                first,
                () -> (SinkWriter.External) connector.open(context, id.partition()),
                environment.sinks());
        return SinkNode.toOutside(step.id(), outside, made, counts);
    }

    private void connect(List<Node> nodes) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof OperatorNode operator) {
                for (Tag tag : Tag.values()) {
                    operator.connect(tag, readersOf(nodes, new Upstream.FromStep(i, tag)));
                }
            }
        }
    }

    private Node[][] readers(List<Node> nodes, int ports, Tag tag) {
        Node[][] byPort = new Node[ports][];
        for (int port = 0; port < ports; port++) {
            byPort[port] = readersOf(nodes, new Upstream.FromPort(port, tag)).toArray(Node[]::new);
        }
        return byPort;
    }

    private List<Node> readersOf(List<Node> nodes, Upstream upstream) {
        return stage.steps().stream()
                .filter(step -> step.inputs().contains(upstream))
                .map(step -> nodes.get(step.id()))
                .toList();
    }
}
