package io.weirflow.worker.sim;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** A new run never looks like the one before (R3): each has an incarnation of its own, and a slot never goes back to a former one. */
final class NoSenderReuse extends Checker {

    private final Map<Incarnation, String> runs = new HashMap<>();
    private final Map<LogPartition, Incarnation> newest = new HashMap<>();

    @Override
    void decided(ControlRecord decision) {
        if (decision instanceof PipelineAdmitted run) {
            String other = runs.putIfAbsent(run.incarnation(), run.instance());
            if (other != null && !other.equals(run.instance())) {
                throw violation(run.instance() + " and " + other + " are both incarnation " + run.incarnation());
            }
        }
    }

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            Incarnation now = one.progress().incarnation();
            Incarnation before = newest.put(one.changelog(), now);
            if (before != null && before.number() > now.number()) {
                throw violation(one.changelog() + " goes back from incarnation " + before + " to " + now);
            }
        }
    }
}
