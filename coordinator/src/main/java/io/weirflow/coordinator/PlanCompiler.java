package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.language.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes plans of pipelines in YAML; knows the connectors. Any thread. */
@FunctionalInterface
public interface PlanCompiler {

    /**
     * What became of a text.
     *
     * @param problems errors and warnings, in the order of their places
     * @param plan empty when there are errors
     */
    record Compiled(List<Problem> problems, Optional<Pipeline> plan) {
        public Compiled {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Compiles a text. Blocks: sources may be asked for their partitions.
     *
     * @param fileName what problems call it
     * @param baseDir what relative paths start from
     * @param variables values for variables, which win over the environment
     * @throws RefusedException when a source cannot be asked: why, and what to do
     */
    Compiled compile(String yaml, String fileName, Path baseDir, Map<String, String> variables);
}
