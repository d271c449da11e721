package io.weirflow.language.plan;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outputs of ports and steps of one stage, in groups that must have the same columns: what a step unites, what a filter lets through, what
 * comes late. Of a group either all columns are kept, or those that somebody needs.
 */
final class RowGroups {

    private final Map<Upstream, Upstream> parents = new HashMap<>();
    private final Map<Upstream, RowType> types = new HashMap<>();
    private final Map<Upstream, BitSet> needs = new HashMap<>();
    private final Set<Upstream> whole = new HashSet<>();

    RowGroups(StagePlan stage) {
        if (stage.input() instanceof StageInput.Inbox inbox) {
            for (int port = 0; port < inbox.ports().size(); port++) {
                types.put(
                        new Upstream.FromPort(port, Tag.MAIN),
                        inbox.ports().get(port).rowType());
            }
        } else if (stage.input() instanceof StageInput.Source source) {
            types.put(ColumnPruning.SOURCE_ROWS, source.rowType());
            keepWhole(ColumnPruning.SOURCE_ROWS);
        }
        stage.steps().forEach(this::add);
    }

    private void add(Step step) {
        for (Upstream input : step.inputs()) {
            types.put(input, step.inputType());
            tie(step.inputs().get(0), input);
        }
        StepSpec spec = step.spec();
        Upstream main = new Upstream.FromStep(step.id(), Tag.MAIN);
        types.put(main, step.rowType());
        if (spec instanceof StepSpec.Filter) {
            tie(step.inputs().get(0), main);
        }
        if (spec instanceof StepSpec.WindowAggregate) {
            tie(step.inputs().get(0), new Upstream.FromStep(step.id(), Tag.LATE));
        }
        for (Upstream input : step.inputs()) {
            if (input.tag() == Tag.ERRORS) {
                keepWhole(input);
            }
        }
        if (!(spec instanceof StepSpec.Filter || spec instanceof StepSpec.Project)) {
            keepWhole(main);
        }
    }

    private void tie(Upstream one, Upstream other) {
        Upstream first = root(one);
        Upstream second = root(other);
        if (!first.equals(second)) {
            parents.put(second, first);
            need(first, needs.getOrDefault(second, new BitSet()));
            if (whole.contains(second)) {
                whole.add(first);
            }
        }
    }

    private Upstream root(Upstream output) {
        Upstream at = output;
        for (Upstream next = parents.get(at); next != null; next = parents.get(at)) {
            at = next;
        }
        return at;
    }

    /** No column of these rows, and those in a group with them, can be left out. */
    void keepWhole(Upstream output) {
        whole.add(root(output));
    }

    /** These columns are needed. Returns whether that is news. */
    boolean need(Upstream output, BitSet columns) {
        BitSet known = needs.computeIfAbsent(root(output), missing -> new BitSet());
        int before = known.cardinality();
        known.or(columns);
        return known.cardinality() > before;
    }

    /** Returns the columns that are needed so far. */
    List<Integer> needed(Upstream output) {
        return needs.getOrDefault(root(output), new BitSet()).stream().boxed().toList();
    }

    /** Returns the columns that are kept. */
    Kept kept(Upstream output) {
        Upstream root = root(output);
        RowType type = types.get(output);
        if (type == null) {
            throw new IllegalStateException("no such output: " + output);
        }
        return whole.contains(root) ? Kept.all(type) : Kept.of(needs.getOrDefault(root, new BitSet()), type);
    }
}
