package io.weirflow.testkit.history;

/** Where a record stands in a log. */
public record Place(String topic, int partition, long offset) {

    @Override
    public String toString() {
        return topic + "/" + partition + "@" + offset;
    }
}
