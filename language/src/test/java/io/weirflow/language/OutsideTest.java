package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.language.plan.Explain;
import io.weirflow.language.port.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values from outside, and secrets. */
final class OutsideTest {

    private static final String YAML = """
            pipeline: p
            streams: {t: {source: {kafka: {topic: "a-${NAME}-$${NAME}"}}, columns: {n: BIGINT}}}
            stages: {a: {from: t, where: "n > ${LIMIT:-5}"}}
            sinks:
              out: {from: a, to: {webhook: {url: "https://${NAME}/", headers: {a: "${file:/run/token}", b: c}}}}
              lit: {from: a, to: {webhook: {url: "https://example.org/"}}}
            """;

    private static Options sink(Compilation compilation, String name) {
        return compilation.pipeline().orElseThrow().stages().stream()
                .flatMap(stage -> stage.steps().stream())
                .filter(step -> step.entry().equals(name))
                .map(step -> ((StepSpec.Sink) step.spec()).options())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void valuesArePutInAndSecretsAreNot() {
        Environment environment =
                Environment.of(Map.of("NAME", "secret.example", "LIMIT", "1")).with(Map.of("LIMIT", "7"));

        Compilation compilation = Compiling.compile(YAML, environment);

        assertThat(compilation.report()).isEmpty();
        String plan = Explain.render(compilation.pipeline().orElseThrow());
        assertThat(plan).contains("GT(n, 7)");
        assertThat(compilation.pipeline().orElseThrow().stage(0).input().toString())
                .contains("a-secret.example-${NAME}");
        Options out = sink(compilation, "out");
        assertThat(out.values().get("url")).isEqualTo(new SecretRef("https://${NAME}/"));
        assertThat(out.values().get("headers")).isEqualTo(Map.of("a", new SecretRef("${file:/run/token}"), "b", "c"));
        assertThat(out.values().get("timeout")).isEqualTo(10_000L);
        assertThat(sink(compilation, "lit").values().get("url")).isEqualTo("https://example.org/");
    }

    @Test
    void filesAreReadAndTheirAbsenceIsAProblem(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("p.yaml"), YAML);
        PipelineCompiler compiler = new PipelineCompiler();

        Compilation compilation = compiler.compile(file, Environment.of(Map.of("NAME", "x")), FakeConnectors.CATALOG);
        assertThat(compilation.ok()).isTrue();
        assertThat(compilation.baseDir()).isEqualTo(directory.toAbsolutePath());

        Path absent = directory.resolve("absent.yaml");
        assertThat(compiler.compile(absent, Compiling.NOTHING_SET, FakeConnectors.CATALOG)
                        .report())
                .isEqualTo(absent + ": [WF-1001] there is no such file\n");
        assertThat(compiler.compile(directory, Compiling.NOTHING_SET, FakeConnectors.CATALOG)
                        .report())
                .contains("[WF-1001] this is a directory");
    }
}
