package io.weirflow.worker.service;

import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;

/** Opens the logs that a worker uses; Kafka's in a service, simulated ones in a simulation. Safe for use by several threads. */
public interface WorkerLogs {

    /** Returns where the log is, for connectors that use it, too. */
    KafkaAccess kafka();

    /** Opens a reader of inboxes for one slot thread. */
    InboxReader openInboxReader(String name);

    FrameSender openFrameSender();

    LeaseLog openLease(String transactionalId);

    ChangelogReader changelogs();

    /** Opens a reader of changelogs that others write. */
    ChangelogTail openChangelogTail();

    ControlLogReader openControlLog();

    FleetAppender openFleet();

    /** Opens a reader of what all workers report from now on. */
    FleetReader openFleetReader();
}
