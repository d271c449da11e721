package io.weirflow.worker.sim;

import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** Nobody can checkpoint a slot once its new owner reads (R7). */
final class FenceBeforeRead extends Checker {

    /** Who has read a changelog last to open its slot. */
    private final Map<LogPartition, String> readers = new HashMap<>();

    @Override
    void opened(LogPartition changelog, String lease) {
        readers.put(changelog, lease);
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
