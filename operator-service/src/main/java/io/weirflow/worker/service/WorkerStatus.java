package io.weirflow.worker.service;

import io.weirflow.protocol.id.WorkerId;
import java.util.List;

/**
 * What a worker shows of itself to people, probes and metrics. Every method may be called from any thread and returns at once: none touches a
 * slot's state or waits for work that is under way.
 */
public interface WorkerStatus {

    WorkerId id();

    /** Returns whether all of its threads run; when not, only a new process helps. */
    boolean live();

    /** Returns whether it has read the control log to its end once, so that it knows its slots. */
    boolean caughtUp();

    /** Returns whether it is releasing its slots in order to end. */
    boolean draining();

    /** Returns the slots that this worker holds or has held, with what they have counted in this process. */
    List<SlotView> slots();

    /** Returns the slots of other workers whose state this worker keeps at hand: as a standby, or because they are about to move here. */
    List<FollowerView> followers();
}
