package io.weirflow.cli.service;

import io.weirflow.broker.BrokerFailedException;
import io.weirflow.broker.BrokerLimits;
import io.weirflow.broker.BrokerListener;
import io.weirflow.broker.BrokerStartException;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code weirflow broker}: a Kafka broker for those who have none. */
public final class BrokerProcess {

    private static final long POLL_MS = 200;

    private BrokerProcess() {}

    /**
     * Runs until a signal.
     *
     * @param data empty for a temporary folder
     * @param port 0 for any free one
     * @param further listeners besides the one at that port
     * @return the exit status
     */
    public static int run(Optional<Path> data, int port, List<BrokerListener> further, PrintStream err) {
        EmbeddedBrokerConfig config = new EmbeddedBrokerConfig(data.orElse(null), port, BrokerLimits.DEFAULT, further);
        return Stop.run(stop -> run(config, err, stop));
    }

    private static int run(EmbeddedBrokerConfig config, PrintStream err, Stop stop) {
        try (EmbeddedBroker broker = EmbeddedBroker.start(config)) {
            stop.started();
            err.println("broker: Kafka is at " + broker.bootstrapServers()
                    + (config.dataDir() == null ? ", in a temporary folder that goes with it" : ""));
            while (!stop.asked(POLL_MS)) {
                Optional<BrokerFailedException> failure = broker.failure();
                if (failure.isPresent()) {
                    err.println("broker: it has failed: " + failure.get().getMessage());
                    return ExitStatus.FAILED;
                }
            }
            err.println("broker: stopping");
            return ExitStatus.INTERRUPTED;
        } catch (BrokerStartException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }
}
