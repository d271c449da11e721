package io.weirflow.worker.sim;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.log.LogPartition;
import java.util.List;

/** Watches one invariant of the log protocol, whose name is that of the class. It is shown everything that becomes durable, in order. */
abstract class Checker {

    /** A frame lies in an inbox. */
    void sent(SentFrame frame) {}

    /** A frame that was sent in another run was copied into an inbox, out of a savepoint. */
    void copied(SentFrame frame) {
        sent(frame);
    }

    /** A record of the slot's own lies in its inbox. */
    void own(LogPartition inbox, OwnRecord record) {}

    /** A transaction lies in these changelogs; it may yet be aborted. */
    void written(String lease, List<LogPartition> changelogs) {}

    /** A transaction is committed. */
    void committed(Committed transaction) {}

    /** Somebody reads a changelog in order to open its slot. */
    void opened(LogPartition changelog, String lease) {}

    /** A slot begins from a savepoint, with this progress. */
    void restored(Committed.Checkpoint begin) {}

    /** Records of an inbox are removed. */
    void trimmed(LogPartition inbox, long before) {}

    /** A decision is in the control log. */
    void decided(ControlRecord decision) {}

    final Violation violation(String detail) {
        return new Violation(getClass().getSimpleName(), detail);
    }
}
