package io.weirflow.coordinator.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Cluster;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.coordinator.RefusedException;
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
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator's {@link Cluster} on Kafka. */
public final class KafkaCluster implements Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaCluster.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final KafkaAccess kafka;
    private final Names names;
    private final Admin admin;
    private final Topics topics;
    private final Trims trims;

    private KafkaCluster(KafkaAccess kafka, Names names, Admin admin, Topics topics) {
        this.kafka = kafka;
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
            return new KafkaCluster(settings.kafka(), names, admin, topics);
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
        Map<String, Object> all = settings.kafka().settings();
        all.put(AdminClientConfig.CLIENT_ID_CONFIG, settings.coordinatorId() + "-admin");
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) Calls.TIMEOUT_MS);
        all.put(AdminClientConfig.RETRY_BACKOFF_MS_CONFIG, 5);
        all.put(AdminClientConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        settings.kafka().unknown(AdminClientConfig.configNames()).ifPresent(name -> {
            throw new RefusedException("Kafka's clients have no setting '" + name + "': check its spelling");
        });
        try {
            return Admin.create(all);
        } catch (KafkaException e) {
            throw new RefusedException("Kafka's client cannot be made: "
                    + innermost(e).getMessage() + "; check HOST:PORT and the settings for encryption and login");
        }
    }

    /** The outer ones only say that something cannot be made. */
    private static KafkaException innermost(KafkaException outer) {
        KafkaException reason = outer;
        while (reason.getCause() instanceof KafkaException cause) {
            reason = cause;
        }
        return reason;
    }

    @Override
    public ControlLogReader openControlLog() {
        return KafkaControlLogReader.open(kafka, names.controlTopic());
    }

    @Override
    public ControlLogWriter takeControlLog() {
        return KafkaControlLogWriter.open(kafka, names.controlTopic(), names.coordinatorTransactionalId());
    }

    @Override
    public FleetReader openFleet() {
        return KafkaFleetReader.open(kafka, names.fleetTopic());
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
