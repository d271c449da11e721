package io.weirflow.worker.slot;

import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.testkit.log.MemoryLog;
import java.util.function.UnaryOperator;

/**
 * What stands in the place of parts of a worker, to plant a bug: as the parts are, by default.
 *
 * @param readers in the place of the reader of inboxes
 * @param fences whether a slot is taken from a worker only after its lease was fenced
 */
record Doubles(UnaryOperator<FrameSender> senders, UnaryOperator<LeaseLog> leases, Readers readers, boolean fences) {

    /** Makes a reader in the place of another. */
    interface Readers {
        InboxReader of(MemoryLog log, InboxReader real);
    }

    static final Doubles NONE =
            new Doubles(UnaryOperator.identity(), UnaryOperator.identity(), (log, real) -> real, true);
}
