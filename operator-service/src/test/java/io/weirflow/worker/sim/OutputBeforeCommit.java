package io.weirflow.worker.sim;

import io.weirflow.protocol.checkpoint.Progress.OutputState;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;

/** No checkpoint before its outputs are acknowledged: what it says was sent lies in the inboxes without a gap (R5, R6). */
final class OutputBeforeCommit extends Checker {

    private final Receivers receivers;

    OutputBeforeCommit(Receivers receivers) {
        this.receivers = receivers;
    }

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            SenderId self = new SenderId(
                    one.stage(), one.progress().incarnation(), one.changelog().partition());
            for (OutputState output : one.progress().outputs()) {
                LogPartition inbox = Checkers.inbox(output.stage(), output.partition());
                long there = receivers.accepted(inbox, self);
                if (there < output.lastSequence()) {
                    throw violation(self + " checkpoints rows up to " + output.lastSequence() + " to " + inbox
                            + ", which has " + there);
                }
            }
        }
    }
}
