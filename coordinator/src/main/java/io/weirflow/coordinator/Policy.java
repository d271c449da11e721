package io.weirflow.coordinator;

/**
 * The coordinator's patience. All in milliseconds but for the two counts.
 *
 * @param workerTimeoutMs a worker that has not been heard of for this long is dead
 * @param releaseTimeoutMs a living worker that does not release a revoked slot within this is fenced
 * @param rebalanceDelayMs slots are moved between living workers only when no worker has come or gone for this long
 * @param expectedWorkers the first assignment of a run waits for this many workers, at least 1 …
 * @param expectedWorkersWaitMs … but not longer than this
 * @param checkpointIntervalMs from one checkpoint to the next
 * @param retryBackoffMs before the first restart of a failed slot; doubled with each further failure
 * @param retryBackoffMaxMs at most this
 * @param maxFailures a slot that fails more often than this without a new checkpoint fails its pipeline
 */
public record Policy(
        long workerTimeoutMs,
        long releaseTimeoutMs,
        long rebalanceDelayMs,
        int expectedWorkers,
        long expectedWorkersWaitMs,
        long checkpointIntervalMs,
        long retryBackoffMs,
        long retryBackoffMaxMs,
        int maxFailures) {

    public static final Policy DEFAULT = new Policy(3_000, 10_000, 2_000, 1, 3_000, 1_000, 100, 10_000, 8);

    public Policy {
        positive("workerTimeoutMs", workerTimeoutMs);
        positive("releaseTimeoutMs", releaseTimeoutMs);
        positive("expectedWorkers", expectedWorkers);
        positive("checkpointIntervalMs", checkpointIntervalMs);
        positive("retryBackoffMs", retryBackoffMs);
        positive("maxFailures", maxFailures);
        if (rebalanceDelayMs < 0 || expectedWorkersWaitMs < 0) {
            throw new IllegalArgumentException("rebalanceDelayMs and expectedWorkersWaitMs must not be negative");
        }
        if (retryBackoffMaxMs < retryBackoffMs) {
            throw new IllegalArgumentException("retryBackoffMaxMs must be at least retryBackoffMs, " + retryBackoffMs
                    + ", it is " + retryBackoffMaxMs);
        }
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, it is " + value);
        }
    }

    public Policy withExpectedWorkers(int workers) {
        return new Policy(
                workerTimeoutMs,
                releaseTimeoutMs,
                rebalanceDelayMs,
                workers,
                expectedWorkersWaitMs,
                checkpointIntervalMs,
                retryBackoffMs,
                retryBackoffMaxMs,
                maxFailures);
    }

    public Policy withCheckpointIntervalMs(long intervalMs) {
        return new Policy(
                workerTimeoutMs,
                releaseTimeoutMs,
                rebalanceDelayMs,
                expectedWorkers,
                expectedWorkersWaitMs,
                intervalMs,
                retryBackoffMs,
                retryBackoffMaxMs,
                maxFailures);
    }

    /** Returns how long to wait after this many failures in a row. */
    long backoffMs(int failures) {
        int doublings = Math.min(Math.max(failures - 1, 0), 30);
        return Math.min(retryBackoffMs << doublings, retryBackoffMaxMs);
    }
}
