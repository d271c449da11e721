package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.ArrayList;
import java.util.List;

/** Does nothing but to write down what it is asked for; a test says how that ends. */
final class ScriptedSavepoints implements SavepointJobs {

    /** What was asked for, such as {@code restore p s into restored-run-1}. */
    final List<String> asked = new ArrayList<>();

    /** Why the next savepoint cannot even be begun; empty for nothing. */
    String refusal = "";

    private final List<Ended> ended = new ArrayList<>();

    void ends(Ended one) {
        ended.add(one);
    }

    @Override
    public void take(PipelineAdmitted run, String name) {
        if (!refusal.isEmpty()) {
            throw new RefusedException(refusal);
        }
        asked.add("take " + run.name() + " " + name);
    }

    @Override
    public void restore(PipelineAdmitted run, String savepoint) {
        String job = "restore " + run.name() + " " + savepoint + " into " + run.instance();
        if (asked.isEmpty() || !asked.get(asked.size() - 1).equals(job)) {
            asked.add(job);
        }
    }

    @Override
    public List<Ended> ended() {
        List<Ended> all = List.copyOf(ended);
        ended.clear();
        return all;
    }

    @Override
    public List<Listed> list() {
        return List.of();
    }

    @Override
    public SavepointManifest read(String pipeline, String name) {
        throw new RefusedException("there is none");
    }

    @Override
    public void close() {}
}
