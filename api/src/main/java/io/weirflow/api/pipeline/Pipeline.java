package io.weirflow.api.pipeline;

import java.util.List;
import java.util.Objects;

/**
 * The validated, immutable plan of a pipeline: its stages, each the chain of steps from one shuffle to the next. Two plans made
 * of the same definition by the same version of Weirflow are equal.
 *
 * @param name the pipeline's name, {@code [a-z][a-z0-9-]*}: the prefix of its topics, groups and transactional ids
 * @param stages in topological order: a stage sends only to stages after it; {@code stages.get(i).id() == i}
 */
public record Pipeline(String name, List<StagePlan> stages) {

    public Pipeline {
        Objects.requireNonNull(name, "name");
        stages = List.copyOf(stages);
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).id() != i) {
                throw new IllegalArgumentException("stage " + stages.get(i).name() + " is not at its id");
            }
        }
    }

    public StagePlan stage(int id) {
        return stages.get(id);
    }

    /** Returns whether every source of the pipeline ends by itself. */
    public boolean bounded() {
        return stages.stream()
                .allMatch(stage -> !(stage.input() instanceof StageInput.Source source) || source.bounded());
    }
}
