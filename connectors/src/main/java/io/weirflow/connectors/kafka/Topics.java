package io.weirflow.connectors.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Looks topics up and creates them. Blocks; for start-up only. */
final class Topics implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    private final String bootstrapServers;
    private final Admin admin;

    /** @throws ConnectorException when no client can be made of the settings */
    Topics(KafkaAccess kafka) {
        this.bootstrapServers = kafka.bootstrapServers();
        kafka.unknown(AdminClientConfig.configNames()).ifPresent(name -> {
            throw ConnectorException.fatal("kafka: Kafka's clients have no setting '" + name + "' for "
                    + bootstrapServers + ": check its spelling");
        });
        try {
            Map<String, Object> settings = kafka.settings();
            settings.put("client.id", "weirflow-connector");
            settings.put("request.timeout.ms", TIMEOUT_MS / 2);
            settings.put("default.api.timeout.ms", TIMEOUT_MS);
            this.admin = Admin.create(settings);
        } catch (KafkaException e) {
            throw badServers(bootstrapServers, innermost(e));
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

    private static ConnectorException badServers(String servers, KafkaException e) {
        return new ConnectorException(
                "kafka: cannot use the servers '" + servers + "': " + e.getMessage() + "; give host:port, …", false, e);
    }

    /** Returns the number of partitions of a topic, if it is there. */
    OptionalInt partitions(String topic) {
        try {
            TopicDescription description =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            return description == null
                    ? OptionalInt.empty()
                    : OptionalInt.of(description.partitions().size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return OptionalInt.empty();
            }
            throw failure(topic, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Creates a topic with the broker's default replication; another process may be faster. */
    void create(String topic, int partitions) {
        try {
            NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty());
            admin.createTopics(Set.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw failure(topic, e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private ConnectorException failure(String topic, ExecutionException e) {
        Throwable cause = e.getCause();
        boolean forGood = cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof InvalidTopicException;
        String advice = forGood ? "" : "; is the broker running and reachable?";
        return new ConnectorException(
                "kafka: cannot look up topic '" + topic + "' on " + bootstrapServers + ": "
                        + (cause == null ? e.getMessage() : cause.getMessage()) + advice,
                !forGood,
                e);
    }

    private static ConnectorException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ConnectorException("kafka: interrupted while looking up a topic", true, e);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
