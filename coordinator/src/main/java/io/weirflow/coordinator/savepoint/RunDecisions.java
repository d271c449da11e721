package io.weirflow.coordinator.savepoint;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import java.util.List;

/** What the control log, read to its end for each question, says of a run. Any thread. */
public interface RunDecisions {

    /** Returns whether a savepoint is to be written into the run. */
    boolean restores(PipelineAdmitted run);

    /** Returns the rows of the run that slots pass over. */
    List<RecordPoisoned> parked(PipelineAdmitted run);
}
