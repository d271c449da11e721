package io.weirflow.worker.sim;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** Nobody can checkpoint a slot once its new owner reads, or knows that it need not read (R7). */
final class FenceBeforeRead extends Checker {

    /** Who has read a changelog last to open its slot. */
    private final Map<LogPartition, String> readers = new HashMap<>();

    @Override
    void opened(LogPartition changelog, String lease) {
        readers.put(changelog, lease);
    }

    /** Whoever is told where the changelog ends may have read it already (R11). */
    @Override
    void decided(ControlRecord decision) {
        if (decision instanceof SlotAssigned assigned && assigned.changelogEnd() != SlotAssigned.UNKNOWN) {
            readers.put(
                    Checkers.changelog(assigned.slot().stage(), assigned.slot().partition()),
                    Names.leaseTransactionalId(
                            assigned.slot().pipeline(), assigned.worker().name()));
        }
    }

    @Override
    void committed(Committed transaction) {
        for (LogPartition changelog : transaction.changelogs()) {
            String reader = readers.get(changelog);
            if (!transaction.lease().equals(reader)) {
                throw violation(transaction.lease() + " commits to " + changelog + " although " + reader
                        + " has read it since");
            }
        }
    }
}
