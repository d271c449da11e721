package io.weirflow.worker.slot;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.worker.codegen.FusedSteps;
import java.util.Arrays;
import java.util.List;

/**
 * Several steps that keep no state, compiled into one. What it cannot do is left to the nodes of the single steps: a row that fails takes that way
 * once more, so its error is made where it belongs. Expressions are deterministic, so the row comes to the same end.
 */
final class FusedNode implements Node {

    private final FusedSteps steps;
    private final List<StepMetrics> metrics;
    private final boolean projects;
    private final MutableRow result;
    private final Node stepByStep;

    /** How many rows have passed so many steps and no more, since the last {@link #publish}. */
    private final long[] passed;

    private Node[] next = {};

    /**
     * @param metrics of the single steps, in their order
     * @param resultColumns of the last projection; 0 when there is none
     * @param stepByStep the first of the nodes of the single steps
     */
    FusedNode(FusedSteps steps, List<StepMetrics> metrics, int resultColumns, Node stepByStep) {
        this.steps = steps;
        this.metrics = List.copyOf(metrics);
        this.projects = resultColumns > 0;
        this.result = new MutableRow(resultColumns);
        this.stepByStep = stepByStep;
        this.passed = new long[metrics.size() + 1];
    }

    /** Connects the nodes that take the last step's rows. Called once, before the first row. */
    void connect(List<Node> nodes) {
        next = nodes.toArray(Node[]::new);
    }

    @Override
    public void accept(Row row, long eventTimeMs) {
        int reached;
        try {
            reached = steps.run(row, result);
        } catch (RowException e) {
            stepByStep.accept(row, eventTimeMs);
            return;
        }
        passed[reached]++;
        if (reached == passed.length - 1) {
            Row out = projects ? result : row;
            for (Node node : next) {
                node.accept(out, eventTimeMs);
            }
        }
    }

    /** Makes the counts visible to other threads. */
    void publish() {
        long out = 0;
        for (int step = metrics.size() - 1; step >= 0; step--) {
            out += passed[step + 1];
            metrics.get(step).add(out + passed[step], out);
        }
        Arrays.fill(passed, 0);
    }
}
