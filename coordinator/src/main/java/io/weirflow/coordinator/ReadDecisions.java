package io.weirflow.coordinator;

import io.weirflow.coordinator.savepoint.RunDecisions;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.log.ControlLogReader;
import java.util.List;
import java.util.function.Supplier;

/** Reads the control log anew for each question: whoever asks is not the coordinator's thread, and may have been asleep. */
record ReadDecisions(Supplier<ControlLogReader> logs) implements RunDecisions {

    @Override
    public boolean restores(PipelineAdmitted run) {
        return ControlState.read(logs.get()).restores(run);
    }

    @Override
    public List<RecordPoisoned> parked(PipelineAdmitted run) {
        return ControlState.read(logs.get()).poisoned(run).stream()
                .filter(RecordPoisoned::parked)
                .toList();
    }
}
