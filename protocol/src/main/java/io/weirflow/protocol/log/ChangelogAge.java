package io.weirflow.protocol.log;

import java.time.Duration;

/**
 * How long a reader of a changelog may be away. Kafka removes the tombstone of a key once it has been compacted for as long as the topic says ({@code delete.retention.ms}); who
 * has read the key before, and comes back after that, would never hear that it is gone.
 */
public final class ChangelogAge {

    /** Tombstones are there for so long at least after they were written. */
    public static final Duration TOMBSTONES_ARE_KEPT = Duration.ofHours(24);

    /** A copy of state that was at the end of its changelog so long ago may be brought up to date. An older one is made anew: the other half is for reading. */
    public static final Duration COPY_IS_OF_USE = TOMBSTONES_ARE_KEPT.dividedBy(2);

    private ChangelogAge() {}
}
