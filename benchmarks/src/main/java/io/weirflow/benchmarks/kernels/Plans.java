package io.weirflow.benchmarks.kernels;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.benchmarks.engine.Pipelines;
import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The steps of the benchmarks' pipelines, and rows for them. */
final class Plans {

    /** Rows that a kernel goes through before it begins again; a power of two. */
    static final int ROWS = 4_096;

    private Plans() {}

    /** Returns the first step of this kind. */
    static Step step(String template, Class<? extends StepSpec> kind) {
        return steps(template).stream()
                .filter(step -> kind.isInstance(step.spec()))
                .findFirst()
                .orElseThrow();
    }

    /** Returns all steps, stage by stage. */
    static List<Step> steps(String template) {
        return pipeline(template).stages().stream()
                .flatMap(stage -> stage.steps().stream())
                .toList();
    }

    /** Returns the source of the first stage. */
    static StageInput.Source source(String template) {
        return (StageInput.Source) pipeline(template).stage(0).input();
    }

    private static Pipeline pipeline(String template) {
        String text = Pipelines.text(
                template, Map.of("ID", "kernel", "INPUT", "in", "OUTPUT", "out", "GUARANTEE", "exactly_once"));
        Compilation compilation = new PipelineCompiler()
                .compile(
                        text,
                        template,
                        Path.of("").toAbsolutePath(),
                        Environment.of(Map.of()),
                        ConnectorCatalog.load(Plans.class.getClassLoader()));
        return compilation
                .pipeline()
                .orElseThrow(() -> new IllegalStateException(template + ": " + compilation.problems()));
    }

    /** Returns bids, in order. */
    static Bid[] bids() {
        Bids bids = new Bids(42, 100_000);
        return IntStream.range(0, ROWS).mapToObj(bids::bid).toArray(Bid[]::new);
    }
}
