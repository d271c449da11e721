package io.weirflow.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.coordinator.Plans;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.LogPartition;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a coordinator learns of a changelog when it fences the owner of its slot. */
@Timeout(60)
final class KafkaFencesIT {

    private static final String PIPELINE = "fenced";
    private static final String WORKER = "w1";
    private static final LogPartition CHANGELOG = new LogPartition(PIPELINE + ".out.changelog", 0);

    /** The transaction that was open is complete by then: its marker is the last that there is. */
    @Test
    void afterAFenceTheChangelogEndsBehindTheTransactionThatWasOpen() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                KafkaCluster cluster =
                        KafkaCluster.connect(CoordinatorSettings.of(broker.bootstrapServers(), "fences", "c1"));
                KafkaProducer<byte[], byte[]> lease = lease(broker)) {
            cluster.ensureTopics(Plans.twoStages(PIPELINE, 1), true);
            awaitEnds(cluster, Set.of(CHANGELOG), 0);
            lease.initTransactions();
            write(lease);
            lease.commitTransaction();
            write(lease);
            cluster.fenceLease(PIPELINE, WORKER);
            awaitEnds(cluster, Set.of(CHANGELOG), 4);
        }
    }

    @Test
    void aLogThatIsNotThereIsLeftOut() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary();
                KafkaCluster cluster =
                        KafkaCluster.connect(CoordinatorSettings.of(broker.bootstrapServers(), "absent", "c1"))) {
            cluster.ensureTopics(Plans.twoStages(PIPELINE, 1), true);
            LogPartition absent = new LogPartition(PIPELINE + ".absent.changelog", 0);
            awaitEnds(cluster, Set.of(CHANGELOG, absent), 0);
        }
    }

    /** A broker that has just begun may not answer in the time that a coordinator has for it: then the log is left out. */
    private static void awaitEnds(KafkaCluster cluster, Set<LogPartition> asked, long end) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> cluster.ends(asked), ends -> !ends.isEmpty())
                .forEach((log, found) -> {
                    assertThat(log).isEqualTo(CHANGELOG);
                    assertThat(found).isEqualTo(end);
                });
    }

    private static void write(KafkaProducer<byte[], byte[]> lease) throws Exception {
        lease.beginTransaction();
        lease.send(new ProducerRecord<>(CHANGELOG.topic(), CHANGELOG.partition(), new byte[] {1}, new byte[] {2}))
                .get();
    }

    private static KafkaProducer<byte[], byte[]> lease(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        Names.leaseTransactionalId(PIPELINE, WORKER),
                        "linger.ms",
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
