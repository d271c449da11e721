package io.weirflow.worker.slot;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.state.StateBackend;

/** Where a worker keeps the local state of slots. Called on the thread that opens the slot. */
public interface LocalStates {

    /**
     * Opens the state of a slot; empty when there was none.
     *
     * @throws io.weirflow.state.StateCorruptException when it is damaged: {@link #remove} it and open it again
     */
    StateBackend open(SlotId slot);

    /** Removes the state of a slot, whatever shape it is in. It must not be open. */
    void remove(SlotId slot);
}
