package io.weirflow.protocol.log;

import org.jspecify.annotations.Nullable;

/**
 * A record to be written in a transaction.
 *
 * @param topic the topic
 * @param partition of the topic, or -1 to let the key decide as other producers do
 * @param key null for none
 * @param value null for a tombstone
 */
public record LogRecord(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {

    /** The partition that leaves the choice to the key. */
    public static final int BY_KEY = -1;
}
