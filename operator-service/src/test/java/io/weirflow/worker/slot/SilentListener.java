package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.SenderId;

/** Does nothing at whatever a slot tells; for tests that want to hear of one thing only. */
class SilentListener implements SlotListener {

    @Override
    public void checkpointed(Progress progress) {}

    @Override
    public void senderBroken(SenderId sender, long expectedSequence, long foundSequence) {}

    @Override
    public void released() {}

    @Override
    public void upgraded(Replica state) {
        state.close();
    }

    @Override
    public void failed(SlotFailure failure) {}
}
