package io.weirflow.coordinator.kafka;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Cluster;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator's {@link Cluster} on Kafka. */
public final class KafkaCluster implements Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaCluster.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final String bootstrapServers;
    private final Names names;
    private final Admin admin;
    private final Topics topics;
    private final Trims trims;

    private KafkaCluster(String bootstrapServers, Names names, Admin admin, Topics topics) {
        this.bootstrapServers = bootstrapServers;
        this.names = names;
        this.admin = admin;
        this.topics = topics;
        this.trims = new Trims(admin);
    }

    /**
     * Waits for Kafka, checks what it can do, and creates the topics that all pipelines share.
     *
     * @throws io.weirflow.coordinator.RefusedException when it does not answer in time or cannot give exactly-once
     */
    public static KafkaCluster connect(CoordinatorSettings settings) {
        Admin admin = admin(settings);
        try {
            StartChecks start = new StartChecks(
                    admin,
                    settings,
                    () -> LOG.warn("Kafka at {} does not answer yet; waiting for it", settings.bootstrapServers()));
            int brokers = start.run();
            Names names = new Names(settings.cluster());
            Topics topics = start.insist(() -> {
                Topics ensured = new Topics(admin, Topics.replication(settings.replicationFactor(), brokers));
                ensured.ensureShared(names);
                return ensured;
            });
            return new KafkaCluster(settings.bootstrapServers(), names, admin, topics);
        } catch (RuntimeException e) {
            admin.close(CLOSE_TIMEOUT);
            throw e;
        }
    }

    /**
     * Waits for Kafka and checks what it can do; creates nothing.
     *
     * @param onWaiting run once, when there is no answer for a moment
     * @throws io.weirflow.coordinator.RefusedException when it does not answer in time or cannot give exactly-once
     */
    public static void check(CoordinatorSettings settings, Runnable onWaiting) {
        Admin admin = admin(settings);
        try {
            new StartChecks(admin, settings, onWaiting).run();
        } finally {
            admin.close(CLOSE_TIMEOUT);
        }
    }

    private static Admin admin(CoordinatorSettings settings) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrapServers(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                settings.coordinatorId() + "-admin",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) Calls.TIMEOUT_MS,
                AdminClientConfig.RETRY_BACKOFF_MS_CONFIG,
                5,
                AdminClientConfig.RETRY_BACKOFF_MAX_MS_CONFIG,
                200));
    }

    @Override
    public ControlLogReader openControlLog() {
        return KafkaControlLogReader.open(bootstrapServers, names.controlTopic());
    }

    @Override
    public ControlLogWriter takeControlLog() {
        return KafkaControlLogWriter.open(bootstrapServers, names.controlTopic(), names.coordinatorTransactionalId());
    }

    @Override
    public FleetReader openFleet() {
        return KafkaFleetReader.open(bootstrapServers, names.fleetTopic());
    }

    @Override
    public void ensureTopics(Pipeline plan, boolean mayCreate) {
        topics.ensure(plan, mayCreate);
    }

    @Override
    public void deleteTopics(Pipeline plan) {
        topics.delete(plan);
    }

    @Override
    public void fenceLease(String pipeline, String workerName) {
        String id = Names.leaseTransactionalId(pipeline, workerName);
        Calls.await("fence lease " + id, admin.fenceProducers(List.of(id)).all());
    }

    @Override
    public Map<LogPartition, Long> ends(Set<LogPartition> logs) {
        return LogEnds.of(admin, logs);
    }

    @Override
    public void trim(Map<LogPartition, Long> before) {
        trims.trim(before);
    }

    @Override
    public Map<String, Long> bytesOnDisk() {
        return trims.bytesOnDisk();
    }

    @Override
    public void close() {
        admin.close(CLOSE_TIMEOUT);
    }
}
