package io.weirflow.benchmarks.nemesis.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Stage;
import io.weirflow.testkit.history.Place;
import java.util.List;
import java.util.Map;

/**
 * A pipeline under torment: makes its input, and judges what comes out against what went in, as it stands in the topics. {@link #feed} is called by
 * one thread, all else by one at a time.
 */
public interface Load {

    /** In {@link #counts}: how many versions of its stages, but for the first of each, have made rows. */
    String UPGRADES = "upgrades seen";

    /** Returns the name of the pipeline, and of the resource that holds it. */
    String pipeline();

    /** Returns what stands for {@code ${NAME}} in the pipeline. */
    default Map<String, String> values() {
        return Map.of();
    }

    /** Returns the stages that can be scaled. */
    List<Stage> stages();

    /**
     * Returns variables of the pipeline that it leaves open, each of which changes a stage: its value, 1 and higher, is the version that the stage's
     * rows name, and nothing else of them.
     */
    default List<String> versions() {
        return List.of();
    }

    /** Returns its topics; the first is the input. */
    List<Topic> topics();

    /** Makes the next record of the input. */
    void feed(Feed feed);

    /** Returns how many records a second it makes. */
    int rowsPerSecond();

    /** Makes the last records of the input, such as those that close windows. */
    default void feedLast(Feed feed) {}

    /** Takes a record of one of its topics, in the order of its partition. */
    void record(Place place, JsonNode value);

    /** Whether all has come that follows from what went in; it may still be wrong. */
    boolean complete();

    /** Judges the whole. */
    void finish();

    /** Returns what has gone in and come out, by name; those of one name count together. */
    Map<String, Long> counts();

    /** A topic with its number of partitions. */
    record Topic(String name, int partitions) {

        /** A topic with as many partitions as most have. */
        static Topic of(String name) {
            return new Topic(name, Topics.PARTITIONS);
        }
    }

    /** Takes records for the input. */
    @FunctionalInterface
    interface Feed {
        /** Sends a record, in order within its partition. */
        void send(String topic, int partition, String json);
    }
}
