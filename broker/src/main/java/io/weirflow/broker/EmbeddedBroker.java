package io.weirflow.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its controller in this JVM, one node, reachable on the loopback address only.
 *
 * <p>For {@code weirflow run}, which needs no installed Kafka, and for tests, which can hold one in a
 * {@code @BeforeAll}. Data is kept as safe as one process can: acknowledged records survive a kill of the process at
 * any moment, but not the loss of the machine's memory (Kafka leaves writing back to the operating system).
 *
 * <p>Topics are never created by themselves. Transactions run at {@code transaction.version} 2.
 *
 * <p>All methods may be called from any thread.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    /** How long the broker waits for its controller to let it go; milliseconds are normal. */
    private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(5);

    private final FatalFaults faults;
    private final DataDirectory directory;
    private final boolean temporary;
    private @Nullable BrokerSockets sockets;
    private @Nullable KafkaNode node;
    private String bootstrapServers = "";
    private String clusterId = "";
    private boolean closed;

    private EmbeddedBroker(DataDirectory directory, boolean temporary, FatalFaults faults) {
        this.directory = directory;
        this.temporary = temporary;
        this.faults = faults;
    }

    /** Loads classes that a start needs and starts nothing: something to do on another thread until it is known whether to start. */
    public static void preload() {
        KafkaNode.preload();
    }

    /** {@link #start(EmbeddedBrokerConfig, Consumer)} with fatal faults only logged and kept for {@link #failure()}. */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config) throws BrokerStartException {
        return start(config, failure -> {});
    }

    /** Starts a broker over a temporary folder, on a free port. */
    public static EmbeddedBroker startTemporary() throws BrokerStartException {
        return start(EmbeddedBrokerConfig.temporary());
    }

    /**
     * Starts a broker and returns once clients can connect, create topics and use transactions.
     *
     * <p>The data folder is prepared on first use and taken up again later, with the same cluster id, also after the
     * earlier process was killed. Takes one to four seconds.
     *
     * @param onFatal called at most once, after the start, when the broker meets a fault it cannot live on with. It runs
     *     on the broker's failing thread, which must not be kept and must not call {@link #close()}
     * @throws BrokerStartException with a sentence for the user; nothing is left running then
     */
    public static EmbeddedBroker start(EmbeddedBrokerConfig config, Consumer<? super BrokerFailedException> onFatal)
            throws BrokerStartException {
        Path folder = config.dataDir();
        boolean temporary = folder == null;
        FatalFaults faults = new FatalFaults(onFatal);
        DataDirectory directory = DataDirectory.open(folder == null ? createTemporary() : folder, config.limits());
        EmbeddedBroker broker = new EmbeddedBroker(directory, temporary, faults);
        try {
            broker.open(config);
            return broker;
        } catch (BrokerStartException e) {
            broker.close();
            throw e;
        } catch (Throwable e) {
            broker.close();
            throw StartFailure.explain(directory.root(), faults, e);
        }
    }

    private static Path createTemporary() throws BrokerStartException {
        try {
            return Files.createTempDirectory("weirflow-broker-");
        } catch (IOException e) {
            throw DataDirectory.notWritable(Path.of(System.getProperty("java.io.tmpdir", "")), e);
        }
    }

    private synchronized void open(EmbeddedBrokerConfig config) throws Exception {
        StorageFormat.ensure(directory);
        BrokerSockets bound = BrokerSockets.bind(config.port(), config.listeners());
        sockets = bound;
        ExitGuard.add(faults);
        KafkaNode started = new KafkaNode(directory.logDir(), bound, config, faults);
        node = started;
        started.start();
        faults.started();
        bootstrapServers = BrokerSettings.HOST + ":" + bound.brokerPort();
        clusterId = started.clusterId();
    }

    /** Where clients connect: one {@code host:port}. */
    public synchronized String bootstrapServers() {
        return bootstrapServers;
    }

    /** The id of the Kafka cluster; it stays with the data folder. */
    public synchronized String clusterId() {
        return clusterId;
    }

    /** The folder that holds this broker's data. */
    Path folder() {
        return directory.root();
    }

    /** The fault that ended this broker, if one has. */
    public Optional<BrokerFailedException> failure() {
        return faults.failure();
    }

    /**
     * Stops the broker and gives up its folder; a temporary one is removed. Takes a second or less. A second call does
     * nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopNode();
        ExitGuard.remove(faults);
        if (sockets != null) {
            sockets.close();
        }
        try {
            directory.close();
            if (temporary) {
                DataDirectory.deleteTree(directory.root());
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("folder", directory.root())
                    .setCause(e)
                    .log("The broker's data folder could not be given up cleanly");
        }
    }

    private void stopNode() {
        if (node == null) {
            return;
        }
        try {
            node.stop(failure().isPresent() ? Duration.ZERO : GOODBYE_TIMEOUT);
        } catch (RuntimeException | Error e) {
            // The data is as safe as after a kill, which the next start copes with.
            LOG.atWarn().setCause(e).log("The embedded broker did not stop cleanly");
        }
    }
}
