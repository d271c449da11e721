package io.weirflow.cli;

import io.weirflow.api.Edge;
import io.weirflow.cli.service.CoordinatorProcess;
import io.weirflow.cli.service.ServiceLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weirflow coordinator}. */
@Command(
        name = "coordinator",
        mixinStandardHelpOptions = true,
        description = "Runs a coordinator. Of several, one leads; another takes over when that one falls silent.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "1:failed while running",
            "2:refused: bad arguments; nothing was started",
            "130:ended by SIGINT or SIGTERM"
        })
final class CoordinatorCommand implements Callable<Integer> {

    @Mixin
    private ServiceOptions options = new ServiceOptions();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "7070",
            description = "of HTTP; 0 for any free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--advertise",
            paramLabel = "URL",
            description = "where other machines reach this one (default: http://ADDRESS:N)")
    private @Nullable String advertise;

    @Option(
            names = "--savepoints",
            paramLabel = "DIR",
            defaultValue = "savepoints",
            description = "where savepoints are kept, a folder that all coordinators reach (default: ${DEFAULT-VALUE})")
    private Path savepoints = Path.of("savepoints");

    @Override
    @Edge // The process's own environment and output.
    public Integer call() {
        ServiceLog.configure();
        if (options.everywhere() && advertise == null) {
            throw new RefusedException("with --host on all addresses, give --advertise http://HOST:PORT, too: other"
                    + " coordinators send requests there");
        }
        return CoordinatorProcess.run(
                options.settings(port), Optional.ofNullable(advertise), savepoints, System.getenv(), System.err);
    }
}
