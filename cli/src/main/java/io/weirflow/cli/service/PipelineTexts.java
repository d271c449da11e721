package io.weirflow.cli.service;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.cli.run.Plugins;
import io.weirflow.coordinator.PlanCompiler;
import io.weirflow.coordinator.RefusedException;
import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.connect.EnvironmentSecrets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes plans of the texts that a coordinator is sent, with the connectors of this process. Any thread. */
final class PipelineTexts implements PlanCompiler {

    private final KafkaAccess kafka;
    private final Map<String, String> variables;
    private final ClassLoader plugins;
    private final ConnectorCatalog catalog;
    private final Connectors connectors;

    PipelineTexts(KafkaAccess kafka, Map<String, String> variables, ClassLoader plugins) {
        this.kafka = kafka;
        this.variables = Map.copyOf(variables);
        this.plugins = plugins;
        this.catalog = ConnectorCatalog.load(plugins);
        this.connectors = Connectors.load(plugins);
    }

    @Override
    public Compiled compile(String yaml, String fileName, Path baseDir, Map<String, String> set) {
        Map<String, String> all = new LinkedHashMap<>(variables);
        all.putAll(set);
        Compilation compilation = new PipelineCompiler().compile(yaml, fileName, baseDir, Environment.of(all), catalog);
        if (!compilation.ok()) {
            return new Compiled(compilation.problems(), Optional.empty());
        }
        try {
            EnvironmentSecrets secrets = new EnvironmentSecrets(all);
            Pipeline plan = compilation.plan(source -> connectors
                    .source(source.connector())
                    .partitions(new SourceContext(
                            source.options(), source.format(), source.formatOptions(), baseDir, kafka, secrets)));
            Plugins.check(plan, plugins);
            return new Compiled(compilation.problems(), Optional.of(plan));
        } catch (ConnectorException | io.weirflow.cli.RefusedException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }
}
