package io.weirflow.broker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The Kafka settings of an embedded broker, each with the reason why it is not Kafka's default. */
final class BrokerSettings {

    static final int NODE_ID = 1;
    static final String HOST = "127.0.0.1";
    static final String BROKER_LISTENER = "BROKER";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final String SECURITY_PROTOCOL = "security.protocol";

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private final Map<String, String> values = new LinkedHashMap<>();

    private BrokerSettings() {}

    static Map<String, String> of(Path logDir, BrokerSockets sockets, EmbeddedBrokerConfig config) {
        BrokerLimits limits = config.limits();
        BrokerSettings settings = new BrokerSettings();
        settings.node(logDir, sockets);
        settings.listeners(config.listeners());
        settings.singleReplica();
        settings.transactions();
        settings.logs(limits);
        settings.groups();
        settings.threads();
        settings.quorum(limits);
        return settings.values;
    }

    private void node(Path logDir, BrokerSockets sockets) {
        set("process.roles", "broker,controller");
        set("node.id", NODE_ID);
        set("log.dirs", logDir);
        String broker = HOST + ":" + sockets.brokerPort();
        String controller = HOST + ":" + sockets.controllerPort();
        set("listeners", BROKER_LISTENER + "://" + broker + "," + CONTROLLER_LISTENER + "://" + controller);
        set("advertised.listeners", BROKER_LISTENER + "://" + broker);
        set("listener.security.protocol.map", BROKER_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        set("inter.broker.listener.name", BROKER_LISTENER);
        set("controller.listener.names", CONTROLLER_LISTENER);
        // Static voters are read from here at every start and are not kept on disk (kraft.version 0), so the
        // controller's port may change between runs over the same data.
        set("controller.quorum.voters", NODE_ID + "@" + controller);
        // A misspelt topic name must be an error, not a new topic.
        set("auto.create.topics.enable", false);
        // The process reports its own metrics; JMX beans by the thousand only cost start-up time.
        set("metric.reporters", "");
        set("metrics.jmx.exclude", ".*");
    }

    private void listeners(List<BrokerListener> further) {
        for (int i = 0; i < further.size(); i++) {
            BrokerListener listener = further.get(i);
            String name = listenerName(i);
            append("listeners", name + "://" + HOST + ":" + listener.port());
            append("advertised.listeners", name + "://" + listener.advertisedHost() + ":" + listener.advertisedPort());
            append("listener.security.protocol.map", name + ":" + protocol(listener));
            listener.security().forEach((setting, value) -> {
                if (!setting.equals(SECURITY_PROTOCOL)) {
                    set("listener.name." + name.toLowerCase(Locale.ROOT) + "." + setting, value);
                }
            });
        }
    }

    private static String protocol(BrokerListener listener) {
        return listener.security().getOrDefault(SECURITY_PROTOCOL, "PLAINTEXT");
    }

    /** The name of a further listener, in their order. */
    static String listenerName(int index) {
        return "VIA" + (index + 1);
    }

    private void append(String name, String value) {
        values.merge(name, value, (former, more) -> former + "," + more);
    }

    private void singleReplica() {
        set("default.replication.factor", 1);
        set("offsets.topic.replication.factor", 1);
        set("transaction.state.log.replication.factor", 1);
        set("share.coordinator.state.topic.replication.factor", 1);
        set("min.insync.replicas", 1);
        set("transaction.state.log.min.isr", 1);
        set("share.coordinator.state.topic.min.isr", 1);
        // Nothing to balance: every leader is this node.
        set("auto.leader.rebalance.enable", false);
    }

    private void transactions() {
        // The default of 50 partitions is for spreading load over brokers; each costs files and start-up time.
        set("transaction.state.log.num.partitions", 4);
        // Only closed segments are compacted, and all of them are read at start-up: keep them small.
        set("transaction.state.log.segment.bytes", 16 * MIB);
        // A producer that begins a transaction while the markers of its last one are still being written is made to
        // wait by the broker. The markers take well under a millisecond here, the default wait is 20 ms.
        set("add.partitions.to.txn.retry.backoff.ms", 1);
        // Open transactions of a producer that died hold back read-committed readers: look for them every second, not
        // every ten.
        set("transaction.abort.timed.out.transaction.cleanup.interval.ms", 1_000);
        // producer.id.expiration.ms and transactional.id.expiration.ms stay as they are (a day, a week): the broker's
        // fencing of a zombie ends with them.
    }

    private void logs(BrokerLimits limits) {
        set("num.partitions", 1);
        set("message.max.bytes", limits.maxMessageBytes());
        set("log.segment.bytes", limits.segmentBytes());
        // An index is mapped at its full size for each active segment. 8 bytes per 4 KiB of log (12 in the time index)
        // need 3 bytes per KiB; the default of 10 MiB would be thirty times that, for each of many small partitions.
        set("log.index.size.max.bytes", Math.max(64 * KIB, limits.segmentBytes() / KIB * 4));
        set("log.preallocate", false);
        // What may be dropped, and when, is decided by the log protocol: data goes only by compaction or on request.
        set("log.retention.ms", -1);
        set("log.retention.bytes", -1);
        // Event times come from the outside and may lie in the future; the default refuses more than an hour.
        set("log.message.timestamp.after.max.ms", Long.MAX_VALUE);
        // Deleted segments give back their space soon; no slow replica reads them.
        set("log.segment.delete.delay.ms", 1_000);
        set("log.cleaner.threads", 1);
        // In a round the cleaner knows so many keys, of 24 bytes each, and copies all of a log for them: with little
        // room it copies a changelog of gigabytes dozens of times. It looks up all that it copies, in vain for the
        // most part, which takes ten probes for each at the usual load of 0.9.
        set(
                "log.cleaner.dedupe.buffer.size",
                cleanerBufferBytes(Runtime.getRuntime().maxMemory()));
        set("log.cleaner.io.buffer.load.factor", 0.6);
        // After a kill, each partition's last segment is read again; use both cores for it.
        set("num.recovery.threads.per.data.dir", 2);
    }

    /** Kafka's default where there is heap for it. */
    private static long cleanerBufferBytes(long heapBytes) {
        return Math.max(16 * MIB, Math.min(128 * MIB, heapBytes / 8));
    }

    private void groups() {
        set("offsets.topic.num.partitions", 1);
        set("offsets.topic.segment.bytes", 16 * MIB);
        set("share.coordinator.state.topic.num.partitions", 1);
        // Members of one process join at once; waiting three seconds for more of them is time lost.
        set("group.initial.rebalance.delay.ms", 0);
        // Lets a worker's failure be noticed in a second where one asks for it.
        set("group.min.session.timeout.ms", 1_000);
    }

    private void threads() {
        // Sized for two cores that are shared with the workers. Both roles have pools of these sizes.
        set("num.network.threads", 1);
        set("num.io.threads", 2);
        set("background.threads", 2);
        set("group.coordinator.threads", 1);
        set("share.coordinator.threads", 1);
        set("num.replica.fetchers", 1);
    }

    private void quorum(BrokerLimits limits) {
        set("server.max.startup.time.ms", limits.startTimeoutMs());
        set("initial.broker.registration.timeout.ms", limits.startTimeoutMs());
        // There is no other broker to move to: fencing this one after a pause of the process would only break it.
        set("broker.session.timeout.ms", 600_000);
        // A controlled shutdown ends at a heartbeat, hence ten times as many as by default.
        set("broker.heartbeat.interval.ms", 200);
        // Nobody to batch metadata writes for; each topic creation would wait.
        set("controller.quorum.append.linger.ms", 0);
        // By default an idle controller writes and forces a record twice a second, for followers that we don't have.
        set("metadata.max.idle.interval.ms", 0);
        set("metadata.log.segment.bytes", 16 * MIB);
        // Replaying the metadata log is part of every start: cut it off early.
        set("metadata.log.max.record.bytes.between.snapshots", 2 * MIB);
    }

    private void set(String name, Object value) {
        values.put(name, value.toString());
    }
}
