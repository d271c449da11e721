package io.weirflow.cli.run;

import io.weirflow.api.Edge;
import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.SecretResolver;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.definition.PipelineDefinition;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.connectors.console.ConsoleConnector;
import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.language.problem.Problem;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.connect.EnvironmentSecrets;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;

/** Runs pipelines in this process: compiles, refuses what has mistakes, wires the rest, and takes care of the signals. */
public final class LocalRun {

    private final RunSettings settings;
    private final Map<String, String> variables;
    private final PrintStream out;
    private final Progress progress;
    private final ClassLoader plugins;

    @Edge // The process's own environment and streams.
    private LocalRun(RunSettings settings, Map<String, String> set) {
        this.settings = settings;
        this.variables = new LinkedHashMap<>(System.getenv());
        this.variables.putAll(set);
        this.out = System.out;
        this.progress = new Progress(System.err, Boolean.getBoolean("weirflow.terminal"));
        // The log, too, makes way for the line that updates in place.
        System.setErr(progress.around(System.err));
        this.plugins = Plugins.loader(settings.plugins());
    }

    /**
     * Runs a pipeline in YAML until it ends.
     *
     * @param set values for variables, which win over the environment
     * @return the exit status
     */
    public static int ofFile(Path file, RunSettings settings, Map<String, String> set) {
        LocalRun run = new LocalRun(settings, set);
        run.preload();
        return run.compiled(run.compiler().compile(file, run.environment(), run.catalog()));
    }

    /**
     * Runs a pipeline that was defined in Java until it ends.
     *
     * @param baseDir what relative paths start from
     * @return the exit status
     */
    public static int ofDefinition(PipelineDefinition definition, Path baseDir, RunSettings settings) {
        LocalRun run = new LocalRun(settings, Map.of());
        return run.compiled(run.compiler().compile(definition, baseDir, run.environment(), run.catalog()));
    }

    /** Two processors get to the first row sooner than one; nothing is started until the pipeline is known to be right. */
    private void preload() {
        if (settings.kafka().isEmpty()) {
            // Logging that two threads begin with at once warns of itself.
            LoggerFactory.getILoggerFactory();
            Thread thread = new Thread(EmbeddedBroker::preload, "preload");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private PipelineCompiler compiler() {
        return new PipelineCompiler();
    }

    private Environment environment() {
        return Environment.of(variables);
    }

    private ConnectorCatalog catalog() {
        return ConnectorCatalog.load(plugins);
    }

    private int compiled(Compilation compilation) {
        for (Problem problem : compilation.problems()) {
            progress.say(problem.render());
        }
        return compilation.ok() ? run(compilation) : ExitStatus.REFUSED;
    }

    private int run(Compilation compilation) {
        Connectors connectors = connectors();
        PipelineRunner runner = new PipelineRunner(settings, variables, progress, LocalRun::clockMs);
        Thread onSignal = new Thread(() -> drain(runner), "signal");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            int status = runner.run(
                    kafka -> plan(compilation, connectors, kafka), compilation.baseDir(), connectors, plugins);
            removeHook(onSignal);
            return status;
        } catch (RefusedException e) {
            progress.say(String.valueOf(e.getMessage()));
            removeHook(onSignal);
            return ExitStatus.REFUSED;
        }
    }

    /**
     * Runs in the shutdown hook: the machine ends when it returns, so this is the place to wait for the run and to choose the status.
     */
    @Edge
    private static void drain(PipelineRunner runner) {
        runner.interrupt();
        Runtime.getRuntime().halt(ExitStatus.INTERRUPTED);
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The signal came meanwhile: the hook ends the process with its own status.
            return;
        }
    }

    /** Rows on stdout and the line of progress on stderr may share a terminal. */
    private Connectors connectors() {
        List<Connector> found = new ArrayList<>();
        ServiceLoader.load(Connector.class, plugins).forEach(found::add);
        found.add(new ConsoleConnector(progress.around(out)));
        return new Connectors(found, ServiceLoader.load(Format.class, plugins));
    }

    private Pipeline plan(Compilation compilation, Connectors connectors, KafkaAccess kafka) {
        SecretResolver secrets = new EnvironmentSecrets(variables);
        try {
            return compilation.plan(source -> connectors
                    .source(source.connector())
                    .partitions(new SourceContext(
                            source.options(),
                            source.format(),
                            source.formatOptions(),
                            compilation.baseDir(),
                            kafka,
                            secrets)));
        } catch (ConnectorException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    @Edge // Measures waiting and durations; results do not depend on it.
    private static long clockMs() {
        return System.nanoTime() / 1_000_000;
    }
}
