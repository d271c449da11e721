package io.weirflow.worker.sim;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.log.LogPartition;
import java.util.List;
import java.util.Map;

/**
 * What a transaction has made durable.
 *
 * @param lease under which it was committed
 * @param changelogs that were written to, in order and once each
 * @param checkpoints in order
 * @param stateWithoutProgress whether state was written and no progress after it
 * @param rows how many rows of each sink of each slot became visible
 * @param numbers the number of the last visible row that was written with them
 * @param ledgers of effects, by slot
 * @param listed effects of which nobody knows whether they have happened
 */
record Committed(
        String lease,
        List<LogPartition> changelogs,
        List<Checkpoint> checkpoints,
        boolean stateWithoutProgress,
        Map<String, Long> rows,
        Map<String, Long> numbers,
        Map<String, Ledger> ledgers,
        List<EffectName> listed) {

    /** What the ledger of one slot's effects says. */
    record Ledger(long settled, long intended) {}

    /** A checkpoint of the slot that has this changelog. */
    record Checkpoint(int stage, LogPartition changelog, Progress progress) {}
}
