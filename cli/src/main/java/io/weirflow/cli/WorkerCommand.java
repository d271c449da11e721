package io.weirflow.cli;

import io.weirflow.api.Edge;
import io.weirflow.cli.service.ServiceLog;
import io.weirflow.cli.service.WorkerProcess;
import io.weirflow.protocol.fleet.WorkerScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weirflow worker}. */
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        description = "Runs a worker, which takes slots of pipelines as the coordinator gives them."
                + " Ended by a signal, it commits what was processed and lets go of them.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "1:failed while running",
            "2:refused: bad arguments; nothing was started",
            "130:ended by SIGINT or SIGTERM"
        })
final class WorkerCommand implements Callable<Integer> {

    @Mixin
    private ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--pipeline",
            paramLabel = "P",
            description = "takes slots of this pipeline only; may be given several times")
    private List<String> pipelines = List.of();

    @Option(
            names = "--stage",
            paramLabel = "S",
            description = "takes slots of this stage only; may be given several times")
    private List<String> stages = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "keeps local state and the worker's name here, so that a restart is quick"
                    + " (default: a temporary folder)")
    private @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "0",
            description = "of HTTP (default: any free one, which it prints)")
    private int port;

    @Mixin
    private WorkerOptions worker = new WorkerOptions();

    @Override
    @Edge // The process's own environment and output.
    public Integer call() {
        ServiceLog.configure();
        return WorkerProcess.run(
                options.settings(port),
                Optional.ofNullable(data),
                worker.limits(),
                new WorkerScope(pipelines, stages),
                System.getenv(),
                System.err);
    }
}
