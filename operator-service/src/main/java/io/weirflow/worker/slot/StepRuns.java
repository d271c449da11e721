package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.worker.codegen.ChainCompiler;
import io.weirflow.worker.codegen.FusedSteps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the runs of filters and projections in a stage that can be compiled into one: each step's results have one reader, and that reads
 * nothing else.
 */
final class StepRuns {

    private final ChainCompiler compiler;
    private final List<Fused> fused = new ArrayList<>();

    /** Consecutive steps, compiled. */
    record Fused(List<Step> steps, FusedSteps code) {

        Step first() {
            return steps.get(0);
        }

        Step last() {
            return steps.get(steps.size() - 1);
        }

        /** Returns how many columns the last projection makes; 0 without one. */
        int resultColumns() {
            boolean projects = steps.stream().anyMatch(step -> step.spec() instanceof StepSpec.Project);
            return projects ? last().rowType().size() : 0;
        }
    }

    private StepRuns(ChainCompiler compiler) {
        this.compiler = compiler;
    }

    /** Returns the steps of a stage that were fused. A step that is too large to be compiled with others, or at all, is in none. */
    static List<Fused> of(StagePlan stage, ChainCompiler compiler) {
        StepRuns runs = new StepRuns(compiler);
        runs.find(stage.steps()).forEach(runs::compile);
        return runs.fused;
    }

    private List<List<Step>> find(List<Step> steps) {
        List<List<Step>> runs = new ArrayList<>();
        Map<Integer, List<Step>> runOfLast = new HashMap<>();
        for (Step step : steps) {
            if (!keepsNoState(step)) {
                continue;
            }
            List<Step> run = onlyUpstream(step, steps).map(runOfLast::remove).orElse(null);
            if (run == null) {
                run = new ArrayList<>();
                runs.add(run);
            }
            run.add(step);
            runOfLast.put(step.id(), run);
        }
        return runs;
    }

    private static boolean keepsNoState(Step step) {
        return step.spec() instanceof StepSpec.Filter || step.spec() instanceof StepSpec.Project;
    }

    /** Returns the step of which this one reads all results, if it reads nothing else and nobody else reads them. */
    private static Optional<Integer> onlyUpstream(Step step, List<Step> steps) {
        if (step.inputs().size() == 1
                && step.inputs().get(0) instanceof Upstream.FromStep before
                && before.tag() == Tag.MAIN) {
            long readers = steps.stream()
                    .filter(reader -> reader.inputs().contains(before))
                    .count();
            return readers == 1 ? Optional.of(before.step()) : Optional.empty();
        }
        return Optional.empty();
    }

    private void compile(List<Step> run) {
        List<StepSpec> specs = run.stream().map(Step::spec).toList();
        Optional<FusedSteps> code = compiler.fuse(run.get(0).inputType().size(), specs);
        if (code.isPresent()) {
            fused.add(new Fused(List.copyOf(run), code.get()));
        } else if (run.size() > 1) {
            int half = run.size() / 2;
            compile(run.subList(0, half));
            compile(run.subList(half, run.size()));
        }
    }
}
