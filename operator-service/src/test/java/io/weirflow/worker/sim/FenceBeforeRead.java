package io.weirflow.worker.sim;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.testkit.log.MemoryLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nobody can checkpoint a slot once its new owner reads, or knows that it need not read (R7). */
final class FenceBeforeRead extends Checker {

    private final MemoryLog log;

    /** Who has read a changelog last to open its slot. */
    private final Map<LogPartition, Reader> readers = new HashMap<>();

    /** Where the last transaction of each lease in a changelog ends. */
    private final Map<LogPartition, Map<String, Long>> written = new HashMap<>();

    /** @param end of what it has yet to see settled: a transaction that was left open before may end in either way */
    private record Reader(String lease, long end) {}

    FenceBeforeRead(MemoryLog log) {
        this.log = log;
    }

    @Override
    void opened(LogPartition changelog, String lease) {
        readers.put(changelog, new Reader(lease, 0));
    }

    /** Whoever is told where the changelog ends may have followed it up to there already (R11): as far as nothing is open before that. */
    @Override
    void decided(ControlRecord decision) {
        if (decision instanceof SlotAssigned assigned && assigned.changelogEnd() != SlotAssigned.UNKNOWN) {
            String lease = Names.leaseTransactionalId(
                    assigned.slot().pipeline(), assigned.worker().name());
            readers.put(
                    Checkers.changelog(assigned.slot().stage(), assigned.slot().partition()),
                    new Reader(lease, assigned.changelogEnd()));
        }
    }

    @Override
    void written(String lease, List<LogPartition> changelogs) {
        changelogs.forEach(changelog ->
                written.computeIfAbsent(changelog, any -> new HashMap<>()).put(lease, log.end(changelog)));
    }

    @Override
    void committed(Committed transaction) {
        String lease = transaction.lease();
        for (LogPartition changelog : transaction.changelogs()) {
            Reader reader = readers.get(changelog);
            boolean owns = reader != null && lease.equals(reader.lease());
            boolean before = reader != null && written.get(changelog).get(lease) <= reader.end();
            if (!owns && !before) {
                throw violation(lease + " commits to " + changelog + " although " + reader + " has read it since");
            }
        }
    }
}
