package io.weirflow.worker.sim;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Nothing is trimmed that is still needed (R14): no frame of the newest run that the newest committed checkpoint of its slot in that run does not
 * cover. Before the first checkpoint of a slot, that is each frame of the run.
 */
final class Retention extends Checker {

    private record Life(LogPartition inbox, Incarnation incarnation) {}

    private record Frame(long offset, Incarnation incarnation) {}

    private final Map<Life, Long> committed = new HashMap<>();
    private final Map<LogPartition, List<Frame>> frames = new HashMap<>();
    private Incarnation newest = Incarnation.FIRST;

    @Override
    void decided(ControlRecord decision) {
        if (decision instanceof PipelineAdmitted run) {
            newest = run.incarnation();
        }
    }

    @Override
    void sent(SentFrame frame) {
        frames.computeIfAbsent(frame.inbox(), any -> new ArrayList<>())
                .add(new Frame(frame.offset(), frame.sender().incarnation()));
    }

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint one : transaction.checkpoints()) {
            if (one.stage() > 0) {
                LogPartition inbox = Checkers.inbox(one.stage(), one.changelog().partition());
                committed.put(
                        new Life(inbox, one.progress().incarnation()),
                        one.progress().nextPosition());
            }
        }
    }

    @Override
    void restored(Committed.Checkpoint begin) {
        if (begin.stage() > 0) {
            LogPartition inbox = Checkers.inbox(begin.stage(), begin.changelog().partition());
            committed.put(
                    new Life(inbox, begin.progress().incarnation()),
                    begin.progress().nextPosition());
        }
    }

    @Override
    void trimmed(LogPartition inbox, long before) {
        long covered = committed.getOrDefault(new Life(inbox, newest), 0L);
        for (Frame frame : frames.getOrDefault(inbox, List.of())) {
            boolean needed = frame.incarnation().equals(newest) && frame.offset() >= covered;
            if (needed && frame.offset() < before) {
                throw violation(inbox + " is trimmed before " + before + ", and record " + frame.offset() + " of "
                        + newest + " is not in a checkpoint, of which the newest covers what is before " + covered);
            }
        }
    }
}
