package io.weirflow.worker.slot;

import io.weirflow.api.row.Row;
import java.util.Arrays;
import java.util.List;

/**
 * The steps of a slot, connected. Rows run through it depth first; event time runs through it step by step, each step emitting all that is due
 * before the next one hears of it. Used by the slot's thread.
 */
final class StepChain implements AutoCloseable {

    private final List<Node> nodes;
    private final Node[][] mainByPort;
    private final List<Node> first;
    private final Node[][] errorsByPort;
    private final List<SinkNode> sinks;
    private final List<FusedNode> fused;
    private final Holds holds;
    private long advancingToMs;
    private int nextToAdvance;
    private boolean advancing;
    private boolean endFollows;

    /**
     * @param nodes of the steps, in their order
     * @param fused what takes the rows in place of some of them
     * @param watermarkMs what the steps had heard of at the checkpoint
     */
    StepChain(List<Node> nodes, List<FusedNode> fused, Node[][] mainByPort, Node[][] errorsByPort, long watermarkMs) {
        this.advancingToMs = watermarkMs;
        this.nodes = List.copyOf(nodes);
        this.holds = new Holds(this.nodes, watermarkMs);
        this.fused = List.copyOf(fused);
        this.mainByPort = mainByPort;
        this.first =
                Arrays.stream(mainByPort).flatMap(Arrays::stream).distinct().toList();
        this.errorsByPort = errorsByPort;
        this.sinks = nodes.stream()
                .filter(SinkNode.class::isInstance)
                .map(SinkNode.class::cast)
                .toList();
    }

    /** Hands a row of a port to the steps that read it. */
    void accept(int port, Row row, long eventTimeMs) {
        for (Node node : mainByPort[port]) {
            node.accept(row, eventTimeMs);
        }
    }

    /** Returns whether a step wants to see rows beforehand. */
    boolean looksAhead() {
        for (Node node : first) {
            if (node.looksAhead()) {
                return true;
            }
        }
        return false;
    }

    /** Shows a row that is likely to come to the steps that will read it. */
    void expect(int port, Row row, long eventTimeMs) {
        for (Node node : mainByPort[port]) {
            node.expect(row, eventTimeMs);
        }
    }

    /** Lets the steps read the state of the rows that were shown. Returns for how many keys they had to. */
    int prefetch() {
        int keys = 0;
        for (Node node : first) {
            keys += node.prefetch();
        }
        return keys;
    }

    /** Hands an error of the source to the steps that read its errors. */
    void acceptError(Row row, long eventTimeMs) {
        for (Node node : errorsByPort[0]) {
            node.accept(row, eventTimeMs);
        }
    }

    /**
     * Hands a row that was parked, as an error, to the steps that read the errors of a step.
     *
     * @param step the one that had failed; another than an operator has no errors, nor has -1
     */
    void acceptParked(int step, Row error, long eventTimeMs) {
        if (step >= 0 && step < nodes.size() && nodes.get(step) instanceof OperatorNode operator) {
            operator.acceptParked(error, eventTimeMs);
        }
    }

    /**
     * Begins to tell the steps that event time has advanced.
     *
     * @return whether all that was due is emitted; otherwise call {@link #goOn} until it is, before any other row
     */
    boolean advance(long watermarkMs) {
        advancingToMs = watermarkMs;
        nextToAdvance = 0;
        advancing = true;
        return goOn();
    }

    /**
     * Begins to tell the steps that the input has ended: event time goes to the last watermark first, then to the end of time.
     *
     * @return as {@link #advance} does
     */
    boolean end(long lastFiniteMs) {
        // Where rows wait, steps behind them may not have heard of the last watermark yet.
        if (lastFiniteMs <= advancingToMs && !holds.possible()) {
            return advance(Long.MAX_VALUE);
        }
        endFollows = true;
        return advance(lastFiniteMs);
    }

    /** Goes on with {@link #advance}. */
    boolean goOn() {
        while (nextToAdvance < nodes.size()) {
            if (!advanceNext()) {
                return false;
            }
            nextToAdvance++;
        }
        if (endFollows) {
            endFollows = false;
            return advance(Long.MAX_VALUE);
        }
        advancing = false;
        return true;
    }

    private boolean advanceNext() {
        return holds.possible()
                ? holds.advance(nextToAdvance, advancingToMs)
                : nodes.get(nextToAdvance).advance(advancingToMs);
    }

    /** Returns whether rows wait in a step, to go on later. */
    boolean waiting() {
        return holds.waiting();
    }

    /** Returns how far receivers may hear of event time, of {@code watermarkMs}. */
    long limit(long watermarkMs) {
        return holds.limit(nodes.size(), watermarkMs);
    }

    /** Returns whether an advance has not come to its end for want of room. */
    boolean advancing() {
        return advancing;
    }

    void beforeCheckpoint() {
        nodes.forEach(Node::beforeCheckpoint);
    }

    /** Lets the rows for sinks go. To be called at the end of a duty cycle, when all records are processed whole. */
    void handOver() {
        for (SinkNode sink : sinks) {
            sink.handOver();
        }
    }

    /** Makes the counts of the steps visible. To be called at the end of a duty cycle. */
    void publish() {
        for (FusedNode node : fused) {
            node.publish();
        }
    }

    boolean hasRoom() {
        for (SinkNode sink : sinks) {
            if (!sink.hasRoom()) {
                return false;
            }
        }
        return true;
    }

    /** Returns for how many more rows the slowest destination outside has time. */
    int headroom() {
        int least = Integer.MAX_VALUE;
        for (SinkNode sink : sinks) {
            least = Math.min(least, sink.headroom());
        }
        return least;
    }

    List<SinkNode> sinks() {
        return sinks;
    }

    @Override
    public void close() {
        publish();
        nodes.forEach(node -> Closing.quietly("a step", node::close));
    }
}
