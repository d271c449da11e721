package io.weirflow.worker.sim;

import io.weirflow.protocol.chain.SenderState;
import io.weirflow.protocol.log.LogPartition;

/** Accepted numbers of each sender are 1..k: at its checkpoints a slot has accepted what the chain rule accepts, no more and no less. */
final class Chain extends Checker {

    private final Receivers receivers;

    Chain(Receivers receivers) {
        this.receivers = receivers;
    }

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            LogPartition inbox = Checkers.inbox(one.stage(), one.changelog().partition());
            for (SenderState sender : one.progress().senders()) {
                long model = receivers.acceptedBefore(inbox, one.progress().nextPosition(), sender.sender());
                if (model != sender.lastSequence()) {
                    throw violation(inbox + " before " + one.progress().nextPosition() + ": accepted "
                            + sender.lastSequence() + " of " + sender.sender() + " in place of " + model);
                }
            }
        }
    }
}
