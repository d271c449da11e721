package io.weirflow.cli;

import io.weirflow.api.Edge;
import io.weirflow.broker.BrokerListener;
import io.weirflow.cli.service.BrokerProcess;
import io.weirflow.cli.service.ServiceLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weirflow broker}. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = "Runs a Kafka broker on the loopback address, for those who have none.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "1:failed while running",
            "2:refused: bad arguments; nothing was started",
            "130:ended by SIGINT or SIGTERM"
        })
final class BrokerCommand implements Callable<Integer> {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "keeps the broker's data here (default: a temporary folder that goes with it)")
    private @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "where clients connect; 0 for any free port (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--listener",
            paramLabel = "PORT=HOST:PORT",
            description = "a further port to listen on, whose clients are told to come to HOST:PORT: for those behind a"
                    + " proxy or a tunnel, or in a container; may be given several times")
    private List<String> listeners = List.of();

    @Override
    @Edge // The process's own output.
    public Integer call() {
        ServiceLog.configure();
        if (port < 0 || port > 65_535) {
            throw new RefusedException("--port must be from 0 to 65535, it is " + port);
        }
        return BrokerProcess.run(Optional.ofNullable(data), port, further(), System.err);
    }

    private List<BrokerListener> further() {
        try {
            return listeners.stream().map(BrokerListener::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new RefusedException("--listener: " + e.getMessage());
        }
    }
}
