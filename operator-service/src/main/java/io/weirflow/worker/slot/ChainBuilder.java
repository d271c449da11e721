package io.weirflow.worker.slot;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.call.CallDesk;
import io.weirflow.worker.call.CallOperator;
import io.weirflow.worker.sink.EffectListing;
import io.weirflow.worker.sink.EffectSink;
import io.weirflow.worker.sink.ExternalSink;
import io.weirflow.worker.sink.LogSink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    private final Set<Integer> fusedSteps = new HashSet<>();
    private final List<SlotCalls.CallStep> callSteps = new ArrayList<>();

    /** The node that takes the rows of each step: its own, or one that does its work with that of others. */
    private final List<Node> entries = new ArrayList<>();

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
        List<StepRuns.Fused> runs = StepRuns.of(stage, environment.compiler().chains());
        runs.forEach(run -> run.steps().forEach(step -> fusedSteps.add(step.id())));
        List<Node> nodes = new ArrayList<>();
        List<FusedNode> fused = new ArrayList<>();
        try {
            for (Step step : stage.steps()) {
                nodes.add(node(step));
            }
            entries.addAll(nodes);
            for (StepRuns.Fused run : runs) {
                FusedNode node = fuse(run, nodes);
                fused.add(node);
                entries.set(run.first().id(), node);
            }
            connect(nodes);
            for (int i = 0; i < runs.size(); i++) {
                fused.get(i)
                        .connect(readersOf(
                                new Upstream.FromStep(runs.get(i).last().id(), Tag.MAIN)));
            }
            long heardMs = restoredWatermarkMs();
            for (Node node : nodes) {
                if (node instanceof OperatorNode operator) {
                    operator.open(heardMs);
                    heardMs = Math.min(heardMs, operator.heldMs());
                }
            }
        } catch (Throwable e) {
            nodes.forEach(node -> Closing.quietly("a step", node::close));
            calls().close();
            throw e;
        }
        int ports =
                stage.input() instanceof StageInput.Inbox inbox ? inbox.ports().size() : 1;
        return new StepChain(nodes, fused, readers(ports, Tag.MAIN), readers(ports, Tag.ERRORS), restoredWatermarkMs());
    }

    /** Returns the steps of the chain that call; to be closed by whoever takes them. */
    SlotCalls calls() {
        return new SlotCalls(callSteps);
    }

    private FusedNode fuse(StepRuns.Fused run, List<Node> nodes) {
        List<StepMetrics> counts =
                run.steps().stream().map(step -> metrics.step(step.id())).toList();
        return new FusedNode(
                run.code(), counts, run.resultColumns(), nodes.get(run.first().id()));
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
        if (step.spec() instanceof StepSpec.Call call) {
            return call(step, call, counts);
        }
        Operator operator = fusedSteps.contains(step.id())
                ? new DeferredOperator(() -> environment.operators().create(step))
                : environment.operators().create(step);
        return operatorNode(step, operator, counts);
    }

    private OperatorNode operatorNode(Step step, Operator operator, StepMetrics counts) {
        return new OperatorNode(
                operator,
                new StepState(step, restored.store(), place, restoredWatermarkMs()),
                new ErrorRows(step.inputType(), place),
                hasRoom,
                counts);
    }

    private Node call(Step step, StepSpec.Call call, StepMetrics counts) {
        CallOperator operator = new CallOperator(step, call, () -> place.nextCall(step.stateId()));
        OperatorNode node = operatorNode(step, operator, counts);
        LogPartition inbox =
                new LogPartition(Names.inboxTopic(environment.pipeline().name(), stage.uid()), id.partition());
        CallDesk desk = new CallDesk(
                call,
                operator,
                endpoints.caller(step, call),
                String.join(
                        "-",
                        environment.pipeline().name(),
                        environment.instance(),
                        stage.uid(),
                        Integer.toString(id.partition()),
                        ""),
                new ResultAppender(environment.sender(), inbox, environment.incarnation()),
                metrics.call(step.id()));
        callSteps.add(new SlotCalls.CallStep(step.stateId(), node, operator, desk));
        return node;
    }

    /** Steps of a slot that reads a source hear of event time only when it ends, see {@link SourceInput}. */
    private long restoredWatermarkMs() {
        return stage.input() instanceof StageInput.Inbox ? restored.progress().watermarkMs() : Long.MIN_VALUE;
    }

    private Node sink(Step step, StepSpec.Sink sink, StepMetrics counts) {
        SinkConnector connector = environment.connectors().sink(sink.connector());
        SinkContext context = endpoints.prepared(sink, step.inputType(), stage.slots());
        long made = restored.progress().sinks().stream()
                .filter(state -> state.step() == step.stateId())
                .mapToLong(state -> state.lastSequence())
                .findFirst()
                .orElse(0);
        SinkWriter writer = connector.open(context, id.partition());
        if (writer instanceof SinkWriter.Log log && sink.guarantee() == Guarantee.AT_LEAST_ONCE) {
            PlainSink plain = new PlainSink(log, id.partition(), environment.sender(), sends);
            return SinkNode.toLogAtLeastOnce(step.stateId(), plain, made, counts);
        }
        if (writer instanceof SinkWriter.Log log) {
            LogSink toLog = new LogSink(
                    log, step.stateId(), changelog, environment.incarnation(), restored.publishedOf(step.stateId()));
            return SinkNode.toLog(step.stateId(), toLog, made, counts);
        }
        String shown = sink.name() + "-" + id.partition();
        if (writer instanceof SinkWriter.Effect effect) {
            return SinkNode.toOutside(step.stateId(), effects(step, sink, shown, effect, counts), made, counts);
        }
        SinkWriter.External first = (SinkWriter.External) writer;
        ExternalSink outside = new ExternalSink(
                shown,
                made,
                first,
                () -> (SinkWriter.External) connector.open(context, id.partition()),
                environment.sinks());
        return SinkNode.toOutside(step.stateId(), outside, made, counts);
    }

    private EffectSink effects(
            Step step, StepSpec.Sink sink, String shown, SinkWriter.Effect writer, StepMetrics counts) {
        EffectSink.Found found = new EffectSink.Found(
                changelog,
                environment.incarnation(),
                step.stateId(),
                restored.publishedOf(step.stateId()),
                restored.intendedOf(step.stateId()));
        EffectListing listing =
                new EffectListing(environment.pipeline().name(), sink.name(), id.partition(), step.inputType());
        return new EffectSink(shown, found, writer, listing, counts.effects(), environment.sinks());
    }

    private void connect(List<Node> nodes) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i) instanceof OperatorNode operator) {
                for (Tag tag : Tag.values()) {
                    operator.connect(tag, readersOf(new Upstream.FromStep(i, tag)));
                }
            }
        }
    }

    private Node[][] readers(int ports, Tag tag) {
        Node[][] byPort = new Node[ports][];
        for (int port = 0; port < ports; port++) {
            byPort[port] = readersOf(new Upstream.FromPort(port, tag)).toArray(Node[]::new);
        }
        return byPort;
    }

    private List<Node> readersOf(Upstream upstream) {
        return stage.steps().stream()
                .filter(step -> step.inputs().contains(upstream))
                .map(step -> entries.get(step.id()))
                .toList();
    }
}
