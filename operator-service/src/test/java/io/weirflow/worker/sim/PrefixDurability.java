package io.weirflow.worker.sim;

import io.weirflow.testkit.log.MemoryLog;

/** A checkpoint covers only what is durable: a prefix of its inbox as it is then. */
final class PrefixDurability extends Checker {

    private final MemoryLog log;

    PrefixDurability(MemoryLog log) {
        this.log = log;
    }

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            long end = one.stage() == 0
                    ? Long.MAX_VALUE
                    : log.end(Checkers.inbox(one.stage(), one.changelog().partition()));
            if (one.progress().nextPosition() > end) {
                throw violation(one.changelog() + " covers records up to "
                        + one.progress().nextPosition() + " of " + end);
            }
        }
    }
}
