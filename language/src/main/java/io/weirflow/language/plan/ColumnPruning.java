package io.weirflow.language.plan;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Leaves out the columns that nothing reads: sources do not decode them, projections do not compute them unless they can fail, and sends do
 * not carry them. What a step reads is told by {@link StepReads}.
 *
 * <p>Stages are looked at from the last to the first, since a send reads what its receiver keeps.
 */
final class ColumnPruning {

    static final Upstream SOURCE_ROWS = new Upstream.FromPort(0, Tag.MAIN);

    private final Pipeline pipeline;
    private final Map<Integer, Set<Integer>> keptSinks;
    private final EventTimeColumns eventTimes;
    private final RowGroups[] groups;

    private ColumnPruning(Pipeline pipeline, Map<Integer, Set<Integer>> keptSinks) {
        this.pipeline = pipeline;
        this.keptSinks = keptSinks;
        this.eventTimes = new EventTimeColumns(pipeline);
        this.groups = new RowGroups[pipeline.stages().size()];
    }

    /**
     * Returns the plan with what is needed.
     *
     * @param keptSinks by stage, the ids of the sinks of errors and late rows that nobody asked for
     */
    static Pipeline prune(Pipeline pipeline, Map<Integer, Set<Integer>> keptSinks) {
        ColumnPruning pruning = new ColumnPruning(pipeline, keptSinks);
        for (int i = pipeline.stages().size() - 1; i >= 0; i--) {
            pruning.findNeeds(pipeline.stage(i));
        }
        return pipeline.withStages(
                pipeline.stages().stream().map(pruning::narrow).toList());
    }

    private void findNeeds(StagePlan stage) {
        RowGroups rows = new RowGroups(stage);
        groups[stage.id()] = rows;
        needKeysOfSends(stage.id(), rows);
        if (stage.input() instanceof StageInput.Source source
                && source.eventTime() instanceof EventTime.ByColumn byColumn) {
            rows.need(SOURCE_ROWS, only(byColumn.column()));
        }
        stage.steps().forEach(step -> needWhatCanFail(step, rows));
        boolean isSource = stage.input() instanceof StageInput.Source;
        StepReads reads = new StepReads(stage, isSource, keptSinks.getOrDefault(stage.id(), Set.of()));
        boolean news = true;
        while (news) {
            news = false;
            for (Step step : stage.steps()) {
                BitSet read = reads.of(step, made(stage, step), eventTimes.ofInput(stage, step));
                news |= rows.need(input(step), read);
            }
        }
    }

    /** Senders find the slot by the rows that they send. */
    private void needKeysOfSends(int receiver, RowGroups rows) {
        for (StagePlan sender : pipeline.stages()) {
            for (Step step : sender.steps()) {
                if (step.spec() instanceof StepSpec.Send send
                        && send.stage() == receiver
                        && send.partitioning() instanceof StepSpec.Partitioning.ByKey byKey) {
                    BitSet keys = new BitSet();
                    ExprColumns.collect(byKey.keys(), keys);
                    rows.need(new Upstream.FromPort(send.port(), Tag.MAIN), keys);
                }
            }
        }
    }

    /** An expression that fails sends its row to the errors, whether anybody reads its value or not. */
    private static void needWhatCanFail(Step step, RowGroups rows) {
        if (step.spec() instanceof StepSpec.Project project) {
            List<Expr> values = project.projection().expressions();
            for (int i = 0; i < values.size(); i++) {
                if (Failures.canFail(values.get(i))) {
                    rows.need(new Upstream.FromStep(step.id(), Tag.MAIN), only(i));
                }
            }
        }
    }

    private static BitSet only(int column) {
        BitSet columns = new BitSet();
        columns.set(column);
        return columns;
    }

    private static Upstream input(Step step) {
        return step.inputs().get(0);
    }

    private StagePlan narrow(StagePlan stage) {
        StageNarrowing narrowing = new StageNarrowing();
        for (Step step : stage.steps()) {
            narrowing.add(step, groups[stage.id()].kept(input(step)), made(stage, step));
        }
        return new StagePlan(
                stage.id(),
                stage.name(),
                stage.uid(),
                stage.slots(),
                narrow(stage, stage.input()),
                narrowing.steps(),
                stage.standbys(),
                stage.version());
    }

    private StageInput narrow(StagePlan stage, StageInput input) {
        RowGroups rows = groups[stage.id()];
        if (input instanceof StageInput.Source source) {
            return source.reading(rows.needed(SOURCE_ROWS));
        }
        List<StageInput.Port> ports = ((StageInput.Inbox) input).ports();
        return new StageInput.Inbox(IntStream.range(0, ports.size())
                .mapToObj(port -> new StageInput.Port(
                        ports.get(port).fromStage(),
                        rows.kept(new Upstream.FromPort(port, Tag.MAIN))
                                .of(ports.get(port).rowType())))
                .toList());
    }

    /** Returns what is left of a projection's rows, or of the rows of a send at its receiver; of all others, everything. */
    private Kept made(StagePlan stage, Step step) {
        if (step.spec() instanceof StepSpec.Send send) {
            return groups[send.stage()].kept(new Upstream.FromPort(send.port(), Tag.MAIN));
        }
        return step.spec() instanceof StepSpec.Project
                ? groups[stage.id()].kept(new Upstream.FromStep(step.id(), Tag.MAIN))
                : Kept.all(step.rowType());
    }
}
