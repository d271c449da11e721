package io.weirflow.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PipelinesTest {

    @ParameterizedTest
    @EnumSource(Job.Program.class)
    void everyProgramHasAPipelineWithoutMistakes(Job.Program program) {
        compiles(program.label());
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "scale", "nemesis-bank", "nemesis-windows", "nemesis-alerts"})
    void soHaveTheOtherCases(String template) {
        compiles(template);
    }

    private static void compiles(String template) {
        String text = Pipelines.text(
                template,
                Map.of(
                        "ID",
                        "bench-x-1",
                        "INPUT",
                        "in",
                        "OUTPUT",
                        "out",
                        "GUARANTEE",
                        "at_least_once",
                        "SLOTS",
                        "4",
                        "STANDBY",
                        "1",
                        "VALUE_BYTES",
                        "1000",
                        "LIMIT",
                        "100"));
        Compilation compilation = new PipelineCompiler()
                .compile(
                        text,
                        template,
                        Path.of("").toAbsolutePath(),
                        Environment.of(Map.of("ONCE", "http://localhost/1", "AGAIN", "http://localhost/2")),
                        ConnectorCatalog.load(PipelinesTest.class.getClassLoader()));

        assertThat(compilation.problems()).isEmpty();
    }
}
