package io.weirflow.examples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.protocol.plan.PlanCodec;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BankPipelineTest {

    private static final ConnectorCatalog CATALOG = ConnectorCatalog.load(BankPipelineTest.class.getClassLoader());

    @Test
    void theSamePlanComesFromJavaAndFromYaml() {
        Environment none = Environment.of(Map.of());
        Compilation yaml = new PipelineCompiler().compile(Path.of("bank/pipeline.yaml"), none, CATALOG);
        Compilation java =
                new PipelineCompiler().compile(BankPipeline.definition(6_000), Path.of("bank"), none, CATALOG);
        assertThat(PlanCodec.fingerprint(plan(java))).isEqualTo(PlanCodec.fingerprint(plan(yaml)));
    }

    private static Pipeline plan(Compilation compilation) {
        assertThat(compilation.report()).isEmpty();
        return compilation.pipeline().orElseThrow();
    }
}
