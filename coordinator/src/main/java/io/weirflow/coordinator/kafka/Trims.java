package io.weirflow.coordinator.kafka;

import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes records that nobody needs (rule R14), without waiting: what fails is made up for by the next step, which goes further. Brokers give space back
 * by whole segments, some minutes later.
 */
final class Trims {

    private static final Logger LOG = LoggerFactory.getLogger(Trims.class);

    private final Admin admin;
    private volatile Map<String, Long> bytesOnDisk = Map.of();

    Trims(Admin admin) {
        this.admin = admin;
    }

    void trim(Map<LogPartition, Long> before) {
        Map<TopicPartition, RecordsToDelete> toDelete = new HashMap<>();
        Set<String> topics = new HashSet<>();
        before.forEach((partition, offset) -> {
            topics.add(partition.topic());
            toDelete.put(
                    new TopicPartition(partition.topic(), partition.partition()), RecordsToDelete.beforeOffset(offset));
        });
        admin.deleteRecords(toDelete).lowWatermarks().forEach((partition, result) -> {
            var unused = result.whenComplete((done, failure) -> noteFailure(partition, failure));
        });
        measure(topics);
    }

    private static void noteFailure(TopicPartition partition, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.atDebug()
                    .addKeyValue("inboxes", partition)
                    .addKeyValue("reason", failure.getMessage())
                    .log("The inbox was not trimmed; the next step makes up for it");
        }
    }

    /** Returns what the topics took when they were trimmed last, in bytes. */
    Map<String, Long> bytesOnDisk() {
        return bytesOnDisk;
    }

    /** Asks all brokers. A partition that has replicas is counted once, where it is largest. */
    private void measure(Set<String> topics) {
        var unused = admin.describeCluster().nodes().whenComplete((nodes, failure) -> {
            if (failure == null) {
                List<Integer> brokers = nodes.stream().map(Node::id).toList();
                measure(topics, admin.describeLogDirs(brokers).allDescriptions());
            }
        });
    }

    private void measure(Set<String> topics, KafkaFuture<Map<Integer, Map<String, LogDirDescription>>> answer) {
        var unused = answer.whenComplete((brokers, failure) -> {
            if (failure == null) {
                Map<TopicPartition, Long> largest = new HashMap<>();
                brokers.values().forEach(dirs -> dirs.values().forEach(dir -> collect(dir, topics, largest)));
                Map<String, Long> all = new HashMap<>(bytesOnDisk);
                all.keySet().removeAll(topics);
                largest.forEach((partition, bytes) -> all.merge(partition.topic(), bytes, Long::sum));
                bytesOnDisk = Map.copyOf(all);
            }
        });
    }

    private static void collect(LogDirDescription dir, Set<String> topics, Map<TopicPartition, Long> largest) {
        Map<TopicPartition, ReplicaInfo> replicas;
        try {
            replicas = dir.error() == null ? dir.replicaInfos() : Map.of();
        } catch (KafkaException e) {
            return;
        }
        replicas.forEach((partition, replica) -> {
            if (topics.contains(partition.topic())) {
                largest.merge(partition, replica.size(), Math::max);
            }
        });
    }
}
