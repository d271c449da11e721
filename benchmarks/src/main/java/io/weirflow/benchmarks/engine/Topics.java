package io.weirflow.benchmarks.engine;

import io.weirflow.benchmarks.Clocks;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/** Makes topics and clears up after each run. */
public final class Topics implements AutoCloseable {

    /** Partitions of every topic that a benchmark makes. */
    public static final int PARTITIONS = 4;

    private static final long PATIENCE_US = 30_000_000;
    private static final long ASK_AGAIN_US = 10_000;

    private final Admin admin;

    public Topics(String bootstrapServers) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** Makes a topic. */
    public void create(String topic) {
        create(List.of(topic), PARTITIONS);
    }

    /** Makes several topics. */
    public void create(List<String> topics, int partitions) {
        try {
            List<NewTopic> wanted = topics.stream()
                    .map(topic -> new NewTopic(topic, Optional.of(partitions), Optional.empty()))
                    .toList();
            admin.createTopics(wanted).all().get();
            awaitLeaders(topics, partitions);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw new BenchException("topics " + topics + " cannot be created: " + e.getCause());
        }
    }

    /**
     * Waits until the broker leads all partitions: it says that they are made before it does. Records that come in between are refused, and those sent behind them are out of sequence then, over and over.
     */
    private void awaitLeaders(List<String> topics, int partitions) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (String topic : topics) {
            for (int partition = 0; partition < partitions; partition++) {
                ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        }
        long endUs = Clocks.epochUs() + PATIENCE_US;
        while (!answered(ends, endUs)) {
            Clocks.parkUntilUs(Clocks.epochUs() + ASK_AGAIN_US);
        }
    }

    private boolean answered(Map<TopicPartition, OffsetSpec> ends, long endUs)
            throws InterruptedException, ExecutionException {
        try {
            var unused = admin.listOffsets(ends).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException && Clocks.epochUs() < endUs) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes all topics but these, so that a run doesn't pay for those before it. */
    public void deleteAllBut(Set<String> kept) {
        try {
            Collection<String> all = admin.listTopics().names().get();
            List<String> others =
                    all.stream().filter(name -> !kept.contains(name)).toList();
            admin.deleteTopics(others).all().get();
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw new BenchException("topics cannot be deleted: " + e.getCause());
        }
    }

    private static BenchException interrupted() {
        Thread.currentThread().interrupt();
        return new BenchException("interrupted");
    }

    @Override
    public void close() {
        admin.close();
    }
}
