package io.weirflow.worker.sim;

import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** A delta is computed on the latest committed checkpoint: checkpoints of a slot are numbered without gaps and repetitions. */
final class DeltaBase extends Checker {

    private record Life(LogPartition changelog, Incarnation incarnation) {}

    private final Map<Life, Long> last = new HashMap<>();

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            Life life = new Life(one.changelog(), one.progress().incarnation());
            long before = last.getOrDefault(life, 0L);
            if (one.progress().checkpoint() != before + 1) {
                throw violation(life + ": checkpoint " + one.progress().checkpoint() + " follows " + before);
            }
            last.put(life, before + 1);
        }
    }
}
