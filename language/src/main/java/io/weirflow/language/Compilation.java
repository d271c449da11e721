package io.weirflow.language;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.language.check.CheckedPipeline;
import io.weirflow.language.plan.Planner;
import io.weirflow.language.port.SourcePartitions;
import io.weirflow.language.problem.Problem;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Severity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of a definition: its problems and, when none is an error, its plan. Immutable. */
public final class Compilation {

    private final List<Problem> problems;
    private final @Nullable CheckedPipeline checked;
    private final @Nullable Pipeline pipeline;
    private final Path baseDir;

    Compilation(List<Problem> problems, @Nullable CheckedPipeline checked, @Nullable Pipeline pipeline, Path baseDir) {
        this.problems = List.copyOf(problems);
        this.checked = checked;
        this.pipeline = pipeline;
        this.baseDir = baseDir;
    }

    /** Returns errors and warnings, in the order of their places. */
    public List<Problem> problems() {
        return problems;
    }

    /** Returns whether the pipeline can run. */
    public boolean ok() {
        return problems.stream().noneMatch(problem -> problem.severity() == Severity.ERROR);
    }

    /** Returns the plan as lint sees it, with one partition for each source; empty when there are errors. */
    public Optional<Pipeline> pipeline() {
        return Optional.ofNullable(pipeline);
    }

    /**
     * Returns the plan to run, in which a stage that reads a source has a slot for each of its partitions.
     *
     * @param partitions may do I/O; asked once for each source
     * @throws IllegalStateException when there are errors
     * @throws io.weirflow.api.connector.ConnectorException when a source is absent
     */
    public Pipeline plan(SourcePartitions partitions) {
        if (checked == null) {
            throw new IllegalStateException("a pipeline with errors has no plan");
        }
        return Planner.plan(checked, partitions, new Problems());
    }

    /** Returns the directory that relative paths of the pipeline start from. */
    public Path baseDir() {
        return baseDir;
    }

    /** Returns the problems, one in a line. */
    public String report() {
        StringBuilder out = new StringBuilder();
        problems.forEach(problem -> out.append(problem.render()).append('\n'));
        return out.toString();
    }
}
