package io.weirflow.worker.sim;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One owner at a time: once a slot is assigned to a worker, no other writes a checkpoint of it, whatever it believes. (What was
 * written before may yet be committed: a new owner waits for that before it reads.) */
final class OneCheckpointOwner extends Checker {

    private final Map<LogPartition, String> owners = new HashMap<>();

    @Override
    void decided(ControlRecord decision) {
        if (decision instanceof SlotAssigned assigned && !assigned.revoked()) {
            owners.put(
                    Checkers.changelog(assigned.slot().stage(), assigned.slot().partition()),
                    Names.leaseTransactionalId(
                            assigned.slot().pipeline(), assigned.worker().name()));
        }
    }

    @Override
    void written(String lease, List<LogPartition> changelogs) {
        for (LogPartition changelog : changelogs) {
            String owner = owners.getOrDefault(changelog, lease);
            if (!lease.equals(owner)) {
                throw violation(lease + " writes to " + changelog + ", which belongs to " + owner);
            }
        }
    }
}
