package io.weirflow.worker.sim;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** A delta is computed on the latest committed checkpoint: checkpoints of a slot are numbered without gaps and repetitions. */
final class DeltaBase extends Checker {

    private record Life(LogPartition changelog, Incarnation incarnation) {}

    private final Map<Life, Progress> last = new HashMap<>();

    @Override
    void restored(Committed.Checkpoint begin) {
        last.put(new Life(begin.changelog(), begin.progress().incarnation()), begin.progress());
    }

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            Progress now = one.progress();
            Life life = new Life(one.changelog(), now.incarnation());
            Progress before = last.getOrDefault(life, Progress.initial(now.incarnation()));
            if (now.checkpoint() != before.checkpoint() + 1 && !isClaim(now, before)) {
                throw violation(life + ": checkpoint " + now.checkpoint() + " follows " + before.checkpoint());
            }
            last.put(life, now);
        }
    }

    /** Whoever opens a slot says how far it may come, and nothing else. */
    private static boolean isClaim(Progress now, Progress before) {
        return now.checkpoint() == before.checkpoint()
                && now.nextPosition() == before.nextPosition()
                && now.outputs().equals(before.outputs())
                && now.senders().equals(before.senders())
                && now.course().taken() == before.course().taken();
    }
}
