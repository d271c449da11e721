package io.weirflow.worker.sim;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** Checkpoints only go forward: position, watermark, incarnation, and not beyond the end. */
final class MonotonicCheckpoint extends Checker {

    private final Map<LogPartition, Progress> last = new HashMap<>();

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            Progress now = one.progress();
            Progress before = last.put(one.changelog(), now);
            if (before != null && before.incarnation().equals(now.incarnation()) && !follows(now, before)) {
                throw violation(one.changelog() + ": " + now + " follows " + before);
            }
        }
    }

    private static boolean follows(Progress now, Progress before) {
        return now.nextPosition() >= before.nextPosition()
                && now.watermarkMs() >= before.watermarkMs()
                && !before.finished();
    }
}
