package io.weirflow.benchmarks.engine;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes topics and clears up after each run. */
public final class Topics implements AutoCloseable {

    /** Partitions of every topic that a benchmark makes. */
    public static final int PARTITIONS = 4;

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
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            throw new BenchException("topics " + topics + " cannot be created: " + e.getCause());
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
