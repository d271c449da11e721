package io.weirflow.worker.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * The state of all aggregates of one group (and window). What the slots mean is known to the {@link Aggregator} that made
 * it. Not safe for use by several threads.
 */
public final class Accumulators {

    /** Numbers; doubles as their raw bits. */
    final long[] words;

    final @Nullable Object[] objects;

    Accumulators(int words, int objects) {
        this.words = new long[words];
        this.objects = new Object[objects];
    }
}
