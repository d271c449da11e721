package io.weirflow.coordinator.kafka;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.DELETE_RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_MS_CONFIG;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.coordinator.RefusedException;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.ChangelogAge;
import io.weirflow.protocol.log.LogUnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and checks topics. */
final class Topics {

    /** How much of a compacted log is new when it is cleaned: little where every start reads it. */
    private static final String OFTEN = "0.1";

    /** The same, and two thirds of it where that is gigabytes: all that is kept is copied each time. A restore reads about three times the state at most. */
    private static final String SELDOM = "0.66";

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private static final int MAX_FRAME_BYTES = 8 << 20;
    private static final int INBOX_SEGMENT_BYTES = 64 << 20;
    private static final int MIN_IN_SYNC = 2;
    private static final int USUAL_REPLICATION = 3;

    private static final Map<String, String> FOR_EVER = Map.of(
            CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE, RETENTION_MS_CONFIG, "-1", RETENTION_BYTES_CONFIG, "-1");

    private final Admin admin;
    private final short replication;

    Topics(Admin admin, short replication) {
        this.admin = admin;
        this.replication = replication;
    }

    /** Returns the replication factor to use when {@code wanted} were asked for, 0 for the usual. */
    static short replication(int wanted, int brokers) {
        if (wanted > brokers) {
            throw new RefusedException("replication factor " + wanted + " needs as many brokers, and there are "
                    + brokers + "; start more brokers or lower it");
        }
        return (short) (wanted > 0 ? wanted : Math.min(USUAL_REPLICATION, Math.max(1, brokers)));
    }

    /** Makes sure that the topics are there that all pipelines share. */
    void ensureShared(Names names) {
        Map<String, NewTopic> wanted = new TreeMap<>();
        put(wanted, names.controlTopic(), 1, compacted(16 << 20, OFTEN));
        put(
                wanted,
                names.fleetTopic(),
                1,
                Map.of(
                        CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_DELETE,
                        RETENTION_MS_CONFIG, Long.toString(HOURS.toMillis(1)),
                        SEGMENT_MS_CONFIG, Long.toString(MINUTES.toMillis(15)),
                        SEGMENT_BYTES_CONFIG, Integer.toString(16 << 20)));
        ensure(wanted, true);
    }

    /** Makes sure that a pipeline's topics are there, with one partition for each slot. */
    void ensure(Pipeline plan, boolean mayCreate) {
        ensure(wanted(plan), mayCreate);
        // Nothing is restored from these, so one that is gone may be made anew.
        ensure(listings(plan), true);
    }

    /** Deletes a pipeline's topics, as far as they are there. What lists effects stays: somebody may still have to look at it. */
    void delete(Pipeline plan) {
        admin.deleteTopics(wanted(plan).keySet()).topicNameValues().forEach((name, result) -> {
            try {
                Calls.await("delete topic " + name, result);
            } catch (UnknownTopicOrPartitionException e) {
                LOG.atDebug().addKeyValue("topic", name).log("The topic is gone already");
            } catch (LogUnavailableException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            } catch (RuntimeException e) {
                throw new RefusedException("topic '" + name + "' cannot be deleted: " + e.getMessage());
            }
        });
    }

    private Map<String, NewTopic> wanted(Pipeline plan) {
        Map<String, NewTopic> wanted = new TreeMap<>();
        for (StagePlan stage : plan.stages()) {
            if (stage.input() instanceof StageInput.Inbox) {
                put(
                        wanted,
                        Names.inboxTopic(plan.name(), stage.uid()),
                        stage.slots(),
                        Map.of(
                                CLEANUP_POLICY_CONFIG,
                                CLEANUP_POLICY_DELETE,
                                RETENTION_MS_CONFIG,
                                "-1",
                                RETENTION_BYTES_CONFIG,
                                "-1",
                                // What is trimmed is given back by whole segments only (rule R14).
                                SEGMENT_BYTES_CONFIG,
                                Integer.toString(INBOX_SEGMENT_BYTES),
                                // Processing time is the broker's: of several senders, none has the right clock (rule
                                // R8).
                                MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                TimestampType.LOG_APPEND_TIME.name));
            }
            put(wanted, Names.changelogTopic(plan.name(), stage.uid()), stage.slots(), compacted(64 << 20, SELDOM));
        }
        return wanted;
    }

    /** Where effects are listed whose outcome is not known. */
    private Map<String, NewTopic> listings(Pipeline plan) {
        Map<String, NewTopic> wanted = new TreeMap<>();
        for (StagePlan stage : plan.stages()) {
            for (Step step : stage.steps()) {
                if (step.spec() instanceof StepSpec.Sink sink && sink.guarantee() == Guarantee.AT_MOST_ONCE) {
                    put(wanted, Names.unknownTopic(plan.name(), sink.name()), 1, FOR_EVER);
                }
            }
        }
        return wanted;
    }

    private static Map<String, String> compacted(int segmentBytes, String dirtyRatio) {
        return Map.of(
                CLEANUP_POLICY_CONFIG,
                CLEANUP_POLICY_COMPACT,
                // A savepoint reads in rounds, and what it has read must belong to what it reads now.
                MIN_COMPACTION_LAG_MS_CONFIG,
                Long.toString(MINUTES.toMillis(1)),
                // By the broker's clock, and not that of whoever commits.
                MESSAGE_TIMESTAMP_TYPE_CONFIG,
                TimestampType.LOG_APPEND_TIME.name,
                MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                dirtyRatio,
                DELETE_RETENTION_MS_CONFIG,
                Long.toString(ChangelogAge.TOMBSTONES_ARE_KEPT.toMillis()),
                SEGMENT_BYTES_CONFIG,
                Integer.toString(segmentBytes));
    }

    private void put(Map<String, NewTopic> wanted, String name, int partitions, Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        all.put(MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_FRAME_BYTES));
        all.put(MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(replication >= USUAL_REPLICATION ? MIN_IN_SYNC : 1));
        wanted.put(name, new NewTopic(name, partitions, replication).configs(all));
    }

    /** One request for all that may be absent; only what turns out to exist is looked at. */
    private void ensure(Map<String, NewTopic> wanted, boolean mayCreate) {
        List<String> present = mayCreate ? create(wanted) : List.copyOf(wanted.keySet());
        if (!present.isEmpty()) {
            check(wanted, present);
        }
    }

    private List<String> create(Map<String, NewTopic> wanted) {
        Map<String, KafkaFuture<Void>> results =
                admin.createTopics(wanted.values()).values();
        List<String> present = new ArrayList<>();
        for (String name : wanted.keySet()) {
            KafkaFuture<Void> result = results.get(name);
            if (result != null && !created(name, result)) {
                present.add(name);
            }
        }
        return present;
    }

    private static boolean created(String name, KafkaFuture<Void> result) {
        try {
            Calls.await("create topic " + name, result);
            return true;
        } catch (TopicExistsException e) {
            return false;
        } catch (LogUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RefusedException("topic '" + name + "' cannot be created: " + e.getMessage());
        }
    }

    private void check(Map<String, NewTopic> wanted, List<String> names) {
        admin.describeTopics(names).topicNameValues().forEach((name, described) -> {
            NewTopic topic = wanted.get(name);
            int needed = topic == null ? 0 : topic.numPartitions();
            int found = partitions(name, described);
            if (found != needed) {
                throw new RefusedException("topic '" + name + "' has " + found + " partitions and the pipeline needs "
                        + needed + "; delete the topic if its data are not needed, rename the pipeline, or set its "
                        + "stage's slots to " + found);
            }
        });
    }

    private static int partitions(String name, KafkaFuture<TopicDescription> described) {
        try {
            return described
                    .get(Calls.TIMEOUT_MS, TimeUnit.MILLISECONDS)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new RefusedException("topic '" + name + "' is gone, and data of the pipeline with it; run the "
                        + "pipeline under another name, or bring the topic back");
            }
            if (e.getCause() instanceof RetriableException) {
                throw new LogUnavailableException("describe topic " + name, e);
            }
            throw new RefusedException("topic '" + name + "' cannot be looked at: " + e.getMessage());
        } catch (TimeoutException e) {
            throw new LogUnavailableException("describe topic " + name + ": no answer from Kafka", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("describe topic " + name + " was interrupted", e);
        }
    }
}
