package io.weirflow.broker;

/**
 * The sizes and times an {@link EmbeddedBroker} enforces.
 *
 * @param maxMessageBytes the largest record batch that is taken, at least 1 MiB
 * @param segmentBytes the size at which a partition's log starts a new file, at least {@code maxMessageBytes}
 * @param minFreeDiskBytes the free space below which a broker refuses to start, 0 to start anyway
 * @param startTimeoutMs how long a start may take before it fails, at least 1000
 */
public record BrokerLimits(int maxMessageBytes, int segmentBytes, long minFreeDiskBytes, int startTimeoutMs) {

    private static final int MIB = 1024 * 1024;

    /** 8 MiB messages, 64 MiB segments, 128 MiB of free disk, a minute to start. */
    public static final BrokerLimits DEFAULT = new BrokerLimits(8 * MIB, 64 * MIB, 128L * MIB, 60_000);

    public BrokerLimits {
        require(maxMessageBytes >= MIB, "maxMessageBytes must be at least " + MIB, maxMessageBytes);
        require(segmentBytes >= maxMessageBytes, "segmentBytes must be at least maxMessageBytes", segmentBytes);
        require(minFreeDiskBytes >= 0, "minFreeDiskBytes must not be negative", minFreeDiskBytes);
        require(startTimeoutMs >= 1_000, "startTimeoutMs must be at least 1000", startTimeoutMs);
    }

    private static void require(boolean condition, String rule, long value) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ", it is " + value + ".");
        }
    }
}
