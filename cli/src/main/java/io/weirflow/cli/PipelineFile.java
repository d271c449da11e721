package io.weirflow.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A pipeline's definition and its variables, as several commands take them. */
final class PipelineFile {

    @Parameters(paramLabel = "FILE", description = "the pipeline, in YAML")
    private Path file = Path.of("");

    @Mixin
    private VariablesOption set = new VariablesOption();

    Path path() {
        return file;
    }

    Map<String, String> variables() {
        return set.values();
    }
}
