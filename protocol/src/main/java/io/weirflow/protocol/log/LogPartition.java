package io.weirflow.protocol.log;

/** One partition of a topic: a total order of records (fact K1). */
public record LogPartition(String topic, int partition) {

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
