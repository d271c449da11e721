package io.weirflow.coordinator;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import java.util.List;
import java.util.Optional;

/**
 * Former versions of upgraded stages (rule R12). One is kept in the control log for as long as a slot may go on with it: until every slot of
 * the stage has said that a later one is in its last commit. From then on nobody restores a slot before its cut.
 */
final class FormerVersions {

    private FormerVersions() {}

    /** Returns the decision to forget those that no slot needs any more, if there are such. */
    static Optional<Decision> forget(PipelineAdmitted run, ControlState control, Observations seen) {
        List<StagePlan> needed = run.former().stream()
                .filter(former -> !outlived(former, run, control, seen))
                .toList();
        return needed.size() == run.former().size()
                ? Optional.empty()
                : Optional.of(Decision.of(run.withFormer(needed)));
    }

    private static boolean outlived(StagePlan former, PipelineAdmitted run, ControlState control, Observations seen) {
        for (int partition = 0; partition < former.slots(); partition++) {
            boolean later = control.assignment(run, new SlotId(run.name(), former.id(), partition))
                    .flatMap(assigned -> version(assigned, seen))
                    .filter(version -> version > former.version())
                    .isPresent();
            if (!later) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Integer> version(SlotAssigned assigned, Observations seen) {
        return seen.status(assigned)
                .filter(SlotStatus.Running.class::isInstance)
                .map(status -> ((SlotStatus.Running) status).stageVersion());
    }
}
