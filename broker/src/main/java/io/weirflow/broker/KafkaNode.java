package io.weirflow.broker;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Kafka's broker and controller, put together as its own {@code KafkaRaftServer} does, but with our sockets, our fault
 * handling and no JMX. Used by one thread at a time.
 */
final class KafkaNode {

    private final Duration startTimeout;
    private final boolean stoppedCleanly;
    private final SharedServer shared;
    private final BrokerServer broker;
    private final ControllerServer controller;

    KafkaNode(Path logDir, BrokerSockets sockets, EmbeddedBrokerConfig settings, FatalFaults faults) {
        this.startTimeout = Duration.ofMillis(settings.limits().startTimeoutMs());
        this.stoppedCleanly = new CleanShutdownFileHandler(logDir.toString()).exists();
        KafkaConfig config = new KafkaConfig(BrokerSettings.of(logDir, sockets, settings), false);
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> storage =
                KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger(KafkaNode.class), "");
        Map<Integer, InetSocketAddress> voters =
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters());
        this.shared = new SharedServer(
                config,
                storage._1(),
                Time.SYSTEM,
                new Metrics(Time.SYSTEM),
                CompletableFuture.completedFuture(voters),
                List.of(),
                faults,
                sockets);
        this.broker = new BrokerServer(shared);
        this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2());
    }

    /** Loads the classes that take longest to load. */
    static void preload() {
        KafkaConfig.configDef();
        KafkaRaftServer.configSchema();
        Metrics metrics = new Metrics(Time.SYSTEM);
        metrics.close();
    }

    /** Returns once the broker serves requests; on an exception {@link #stop} has still to be called. */
    void start() throws Exception {
        controller.startup();
        if (!stoppedCleanly) {
            StaleRegistration.remove(controller.controller(), startTimeout);
        }
        broker.startup();
    }

    /** Stops whatever has been started, the broker first because it says goodbye to the controller. */
    void stop(Duration goodbyeTimeout) {
        try {
            completeNoMoreTransactions();
            broker.shutdown(goodbyeTimeout);
        } finally {
            controller.shutdown();
            // Does nothing after a full start; after a broken one the raft threads are not yet the controller's.
            shared.ensureNotRaftLeader();
        }
    }

    /**
     * Leaves transactions that are being committed to the next start. When the broker says goodbye, its partitions have no leader, and Kafka 4.3.1 takes such a
     * partition for deleted (KAFKA-20734): a transaction would be complete without its marker there, and what lies behind it hidden from readers of
     * committed records for ever.
     */
    private void completeNoMoreTransactions() {
        if (broker.transactionCoordinator() != null) {
            broker.transactionCoordinator().shutdown();
        }
    }

    String clusterId() {
        return shared.clusterId();
    }
}
