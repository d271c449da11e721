package io.weirflow.protocol.log;

import org.jspecify.annotations.Nullable;

/**
 * A record to be written in a transaction.
 *
 * @param topic the topic
 * @param partition of the topic, or {@link #BY_KEY}, or what {@link #spreadBy} returns
 * @param key null for none
 * @param value null for a tombstone
 */
public record LogRecord(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {

    /** The partition that leaves the choice to the key, as other producers do; the record has one. */
    public static final int BY_KEY = -1;

    /**
     * Returns the partition that leaves the choice to a number: records with the same number go to the same partition, numbers that follow one
     * another to different ones as far as there are any.
     *
     * @param number 0 or more
     */
    public static int spreadBy(int number) {
        return BY_KEY - 1 - number;
    }

    /**
     * Returns where the record goes in a topic with so many partitions, or {@link #BY_KEY}.
     *
     * @param partitions 1 or more
     */
    public int partitionOf(int partitions) {
        return partition < BY_KEY ? (BY_KEY - 1 - partition) % partitions : partition;
    }
}
