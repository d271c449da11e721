package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A coordinator without a folder for savepoints. A run that another one has begun to restore waits until one with the folder leads. */
final class NoSavepoints implements SavepointJobs {

    private static final Logger LOG = LoggerFactory.getLogger(NoSavepoints.class);

    private static final String WHAT_TO_DO =
            "this coordinator keeps no savepoints: start it with --savepoints DIR, a folder that all coordinators reach";

    /** Runs of which it was said that they wait. */
    private final Set<String> told = new HashSet<>();

    @Override
    public void take(PipelineAdmitted run, String name) {
        throw new RefusedException(WHAT_TO_DO);
    }

    @Override
    public void restore(PipelineAdmitted run, String savepoint) {
        if (told.add(run.instance())) {
            LOG.atWarn()
                    .addKeyValue("pipeline", run.name())
                    .addKeyValue("savepoint", savepoint)
                    .addKeyValue("reason", WHAT_TO_DO)
                    .log("The pipeline waits to be restored");
        }
    }

    @Override
    public List<Ended> ended() {
        return List.of();
    }

    @Override
    public List<Listed> list() {
        return List.of();
    }

    @Override
    public SavepointManifest read(String pipeline, String name) {
        throw new RefusedException(WHAT_TO_DO);
    }

    @Override
    public void close() {}
}
