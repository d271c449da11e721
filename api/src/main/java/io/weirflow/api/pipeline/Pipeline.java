package io.weirflow.api.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The validated, immutable plan of a pipeline: its stages, each the chain of steps from one shuffle to the next. Two plans made
 * of the same definition by the same version of Weirflow are equal.
 *
 * @param name the pipeline's name, {@code [a-z][a-z0-9-]*}: the prefix of its topics, groups and transactional ids
 * @param stages in topological order: a stage sends only to stages after it; {@code stages.get(i).id() == i}
 * @param onPoison what becomes of rows that make their slots fail
 */
public record Pipeline(String name, List<StagePlan> stages, OnPoison onPoison) {

    public Pipeline {
        Objects.requireNonNull(name, "name");
        stages = List.copyOf(stages);
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).id() != i) {
                throw new IllegalArgumentException("stage " + stages.get(i).name() + " is not at its id");
            }
        }
    }

    /** A pipeline that fails when a row makes a slot fail. */
    public Pipeline(String name, List<StagePlan> stages) {
        this(name, stages, OnPoison.FAIL);
    }

    /** Returns the same pipeline with other stages. */
    public Pipeline withStages(List<StagePlan> newStages) {
        return new Pipeline(name, newStages, onPoison);
    }

    public StagePlan stage(int id) {
        return stages.get(id);
    }

    /** Returns the same plan with this stage in the place of the one with its id. */
    public Pipeline withStage(StagePlan stage) {
        List<StagePlan> others = new ArrayList<>(stages);
        others.set(stage.id(), stage);
        return withStages(others);
    }

    /** Returns whether every source of the pipeline ends by itself. */
    public boolean bounded() {
        return stages.stream()
                .allMatch(stage -> !(stage.input() instanceof StageInput.Source source) || source.bounded());
    }
}
