package io.weirflow.cli;

import io.weirflow.cli.run.LocalRun;
import io.weirflow.cli.run.RunSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weirflow run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs a pipeline here, with an embedded broker unless --kafka is given."
                + " Ends by itself when all sources have ended.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed while running",
            "2:refused: bad arguments or a bad pipeline; nothing was started",
            "130:interrupted; everything processed is committed"
        })
final class RunCommand implements Callable<Integer> {

    @Mixin
    private PipelineFile pipeline = new PipelineFile();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "keeps broker and state here; a later run goes on where this one ended")
    private @Nullable Path data;

    @Option(names = "--port", paramLabel = "N", description = "serves health, metrics and status over HTTP on loopback")
    private @Nullable Integer port;

    @Mixin
    private WorkerOptions worker = new WorkerOptions();

    @Option(
            names = "--plugins",
            paramLabel = "JAR|DIR",
            description = "where operators and connectors of your own are; may be given several times")
    private List<Path> plugins = List.of();

    @Override
    public Integer call() {
        RunSettings settings = new RunSettings(
                kafka.access(),
                kafka.timeoutMs(),
                Optional.ofNullable(data),
                Optional.ofNullable(port),
                worker.limits(),
                plugins);
        return LocalRun.ofFile(pipeline.path(), settings, pipeline.variables());
    }
}
