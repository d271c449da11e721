package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.language.plan.Explain;
import io.weirflow.language.port.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** What the tests of this package share. */
final class Compiling {

    static final Environment NOTHING_SET = Environment.of(Map.of());

    private Compiling() {}

    static Compilation compile(String yaml) {
        return compile(yaml, NOTHING_SET);
    }

    static Compilation compile(String yaml, Environment environment) {
        return new PipelineCompiler().compile(yaml, "p.yaml", Path.of("/tmp"), environment, FakeConnectors.CATALOG);
    }

    static Pipeline plan(String yaml) {
        Compilation compilation = compile(yaml);
        assertThat(compilation.report()).isEmpty();
        return compilation.pipeline().orElseThrow();
    }

    static String explain(String yaml) {
        return Explain.render(plan(yaml));
    }

    static String resource(String name) {
        try (InputStream in = Compiling.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
