package io.weirflow.coordinator;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StepSpec;

/**
 * The coordinator's patience. All in milliseconds but for the counts.
 *
 * <p>How often checkpoints are taken is decided here and nowhere else ({@link #checkpointIntervalMs(Pipeline)}); workers add only bounds of their
 * own: a checkpoint is due earlier when the changes on the heap grow large, at the end of the input and before a slot is let go.
 *
 * @param workerTimeoutMs a worker that has not been heard of for this long is dead
 * @param releaseTimeoutMs a living worker that does not release a revoked slot within this is fenced
 * @param rebalanceDelayMs slots are moved between living workers only when no worker has come or gone for this long …
 * @param moveIntervalMs … and in this time one slot of a stage at most, or one in sixteen of a stage that has more; see {@link #moveIntervalMs(int)}
 * @param expectedWorkers the first assignment of a run waits for this many workers, at least 1 …
 * @param expectedWorkersWaitMs … but not longer than this
 * @param checkpointIntervalMs from one checkpoint to the next where nobody waits for it: rows for Kafka are published without one, so it
 *     bounds only what is done again after a crash
 * @param shortCheckpointIntervalMs from one checkpoint to the next where somebody waits for it: in pipelines with a sink outside Kafka, whose rows become visible with
 *     it, and in those with standbys, which make again what was done since the last one before they go on
 * @param retryBackoffMs before the first restart of a failed slot; doubled with each further failure
 * @param retryBackoffMaxMs at most this
 * @param maxFailures a slot that fails more often than this without a new checkpoint fails its pipeline
 * @param trimIntervalMs inboxes of a pipeline are trimmed at most this often; a few records take ten times as long
 * @param trimRecords inboxes are trimmed when one of them has this many records, that is frames, that nobody needs
 */
public record Policy(
        long workerTimeoutMs,
        long releaseTimeoutMs,
        long rebalanceDelayMs,
        long moveIntervalMs,
        int expectedWorkers,
        long expectedWorkersWaitMs,
        long checkpointIntervalMs,
        long shortCheckpointIntervalMs,
        long retryBackoffMs,
        long retryBackoffMaxMs,
        int maxFailures,
        long trimIntervalMs,
        long trimRecords) {

    public static final Policy DEFAULT =
            new Policy(2_500, 10_000, 2_000, 1_000, 1, 3_000, 5_000, 1_000, 100, 10_000, 8, 10_000, 1_000);

    /** In a stage with more slots, each is a smaller part of its rows. */
    private static final int UNHURRIED_SLOTS = 16;

    /** The connector whose sinks are published by the worker's own transactions. */
    private static final String KAFKA = "kafka";

    public Policy {
        positive("workerTimeoutMs", workerTimeoutMs);
        positive("releaseTimeoutMs", releaseTimeoutMs);
        positive("expectedWorkers", expectedWorkers);
        positive("checkpointIntervalMs", checkpointIntervalMs);
        positive("shortCheckpointIntervalMs", shortCheckpointIntervalMs);
        positive("retryBackoffMs", retryBackoffMs);
        positive("maxFailures", maxFailures);
        positive("trimIntervalMs", trimIntervalMs);
        positive("trimRecords", trimRecords);
        notNegative("rebalanceDelayMs", rebalanceDelayMs);
        notNegative("moveIntervalMs", moveIntervalMs);
        notNegative("expectedWorkersWaitMs", expectedWorkersWaitMs);
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

    private static void notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, it is " + value);
        }
    }

    public Policy withExpectedWorkers(int workers) {
        return new Policy(
                workerTimeoutMs,
                releaseTimeoutMs,
                rebalanceDelayMs,
                moveIntervalMs,
                workers,
                expectedWorkersWaitMs,
                checkpointIntervalMs,
                shortCheckpointIntervalMs,
                retryBackoffMs,
                retryBackoffMaxMs,
                maxFailures,
                trimIntervalMs,
                trimRecords);
    }

    /** Returns a policy with this interval for all pipelines. */
    public Policy withCheckpointIntervalMs(long intervalMs) {
        return new Policy(
                workerTimeoutMs,
                releaseTimeoutMs,
                rebalanceDelayMs,
                moveIntervalMs,
                expectedWorkers,
                expectedWorkersWaitMs,
                intervalMs,
                intervalMs,
                retryBackoffMs,
                retryBackoffMaxMs,
                maxFailures,
                trimIntervalMs,
                trimRecords);
    }

    /** Returns how far apart the checkpoints of a pipeline are. Effects do not wait for them: their ledger has transactions of its own. */
    long checkpointIntervalMs(Pipeline plan) {
        boolean standbys = plan.stages().stream().anyMatch(stage -> stage.standbys() > 0);
        boolean awaited = plan.stages().stream()
                .flatMap(stage -> stage.steps().stream())
                .anyMatch(step -> step.spec() instanceof StepSpec.Sink sink
                        && !sink.connector().equals(KAFKA)
                        && sink.guarantee() != Guarantee.AT_MOST_ONCE);
        return awaited || standbys ? Math.min(shortCheckpointIntervalMs, checkpointIntervalMs) : checkpointIntervalMs;
    }

    /**
     * Returns how long after the last decision on a slot of a stage the next of its slots begins to move, in ms. A slot is silent while it moves, for less than half
     * a second, and the stages behind it lack its rows: with sixteen slots and a second these are 3 % of them at most, where moves back to back would take 6.
     *
     * @param slots of the stage
     */
    long moveIntervalMs(int slots) {
        return moveIntervalMs * Math.min(slots, UNHURRIED_SLOTS) / Math.max(1, slots);
    }

    /** Returns how long to wait after this many failures in a row. */
    long backoffMs(int failures) {
        int doublings = Math.min(Math.max(failures - 1, 0), 30);
        return Math.min(retryBackoffMs << doublings, retryBackoffMaxMs);
    }
}
