package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import java.util.Optional;

/**
 * When a pipeline that stops in order has stopped, see {@link Phase#STOPPING}. That a worker has let go of a slot is not enough: it may have done so because it ends,
 * before the slot had made again what a former life of it had made visible.
 */
final class OrderlyStop {

    private OrderlyStop() {}

    /** Returns whether all slots of a run have stopped. */
    static boolean isOver(PipelineAdmitted run, ControlState control, Observations seen) {
        return ControlState.slots(run).stream().allMatch(slot -> hasStopped(run, slot, control, seen));
    }

    /** Returns whether a slot needs nobody any more. One that nobody has had in this run has made nothing. */
    static boolean hasStopped(PipelineAdmitted run, SlotId slot, ControlState control, Observations seen) {
        Optional<SlotAssigned> last = control.assignment(run, slot);
        return last.isEmpty()
                || last.filter(assigned -> !assigned.revoked())
                        .flatMap(seen::status)
                        .filter(SlotStatus.Stopped.class::isInstance)
                        .isPresent();
    }
}
