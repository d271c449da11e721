package io.weirflow.worker.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.service.WorkerLogs;

/** The logs of a worker in Kafka. Safe for use by several threads. */
public final class KafkaWorkerLogs implements WorkerLogs {

    private final KafkaConnection connection;
    private final Names names;

    /** @param names of the coordinator's domain that the worker belongs to */
    public KafkaWorkerLogs(KafkaConnection connection, Names names) {
        this.connection = connection;
        this.names = names;
    }

    @Override
    public KafkaAccess kafka() {
        return connection.kafka();
    }

    @Override
    public InboxReader openInboxReader(String name) {
        return new KafkaInboxReader(new KafkaConnection(connection.kafka(), name))
                .connected(new LogPartition(names.controlTopic(), 0));
    }

    @Override
    public FrameSender openFrameSender() {
        return new KafkaFrameSender(connection);
    }

    @Override
    public LeaseLog openLease(String transactionalId) {
        return new KafkaLeaseLog(connection, transactionalId);
    }

    @Override
    public ChangelogReader changelogs() {
        return new KafkaChangelogReader(connection);
    }

    @Override
    public ChangelogTail openChangelogTail() {
        return new KafkaChangelogTail(connection);
    }

    @Override
    public ControlLogReader openControlLog() {
        return new KafkaControlLogReader(connection, names.controlTopic());
    }

    @Override
    public FleetAppender openFleet() {
        return new KafkaFleetAppender(connection, names.fleetTopic());
    }

    @Override
    public FleetReader openFleetReader() {
        return new KafkaFleetReader(connection, names.fleetTopic());
    }
}
