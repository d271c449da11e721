package io.weirflow.protocol.log;

/** One partition of a topic: a total order of records (fact K1). */
public record LogPartition(String topic, int partition) {

    /** By hand: slots look up where each record belongs, and what the compiler makes of a record's hash starts slowly. */
    @Override
    public int hashCode() {
        return 31 * topic.hashCode() + partition;
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
