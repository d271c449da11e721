package io.weirflow.worker.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the worker's Kafka clients. All their settings stand here, each with the reason why it is not Kafka's default. The protocol's
 * guarantees rest on them, so none can be set by users, but for what the cluster wants to know of who comes.
 */
final class KafkaClients {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** What waits in a {@link KafkaFrameSender} to be sent or acknowledged. */
    static final long FRAME_BUFFER_BYTES = 64L * MIB;

    /** The largest record, and the largest request, that is sent. */
    static final int MAX_REQUEST_BYTES = 8 * MIB;

    /** How often {@link KafkaLeaseLog#acquire} asks before it gives up; each takes up to {@link #LEASE_BLOCK_MS}. */
    static final int ACQUIRE_ATTEMPTS = 3;

    static final int LEASE_BLOCK_MS = 20_000;

    /** How long a transaction of a lease may be open before the broker ends it. */
    static final int TRANSACTION_TIMEOUT_MS = 10_000;

    private static final int LEASE_LINGER_MS = 100;
    private static final int INBOX_MAX_WAIT_MS = 25;
    private static final int REQUEST_TIMEOUT_MS = 10_000;
    private static final int API_TIMEOUT_MS = 15_000;

    private KafkaClients() {}

    static KafkaConsumer<byte[], byte[]> inboxConsumer(KafkaConnection connection) {
        Map<String, Object> settings = consumer(connection, "inbox");
        // Frames are not transactional; waiting for the last stable offset would couple all senders (fact K7).
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        // A broker keeps one fetch of ours at a time. A partition that is started or resumed meanwhile waits for that
        // fetch to end, so an
        // idle one must end soon.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, INBOX_MAX_WAIT_MS);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MIB);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * MIB);
        return consumer(settings);
    }

    static KafkaConsumer<byte[], byte[]> changelogConsumer(KafkaConnection connection, int number) {
        Map<String, Object> settings = consumer(connection, "changelog-" + number);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Restoring reads everything there is, one partition at a time: the larger the fetch, the fewer round trips.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 * MIB);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * MIB);
        return consumer(settings);
    }

    static KafkaConsumer<byte[], byte[]> tailConsumer(KafkaConnection connection) {
        Map<String, Object> settings = consumer(connection, "tail");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // A partition that is started meanwhile waits for the fetch that is under way.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        // Large enough for few round trips, and small enough not to keep the thread from other slots for long, nor to
        // outlive the young generation.
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MIB);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 * MIB);
        return consumer(settings);
    }

    static KafkaConsumer<byte[], byte[]> controlConsumer(KafkaConnection connection) {
        Map<String, Object> settings = consumer(connection, "control");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
        return consumer(settings);
    }

    static KafkaConsumer<byte[], byte[]> fleetConsumer(KafkaConnection connection) {
        Map<String, Object> settings = consumer(connection, "positions");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
        return consumer(settings);
    }

    static KafkaProducer<byte[], byte[]> frameProducer(KafkaConnection connection, int number) {
        Map<String, Object> settings = producer(connection, "frames-" + number);
        // A failed send makes the slot start again (rule R5), so outlast a broker's restart or a change of leaders.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 120_000);
        // Bounds the wait for metadata of a destination that was never sent to. The buffer is not waited for: see
        // congested().
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, API_TIMEOUT_MS);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, FRAME_BUFFER_BYTES);
        // A broker takes the next request of a connection once the last is answered. A second one would only wait
        // there,
        // with less in it than if it had waited here.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        // Room for half a thousand destinations at once; more per request when the broker is slower than the senders.
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * KIB);
        keepMetadata(settings);
        return producer(settings);
    }

    static KafkaProducer<byte[], byte[]> leaseProducer(
            KafkaConnection connection, String transactionalId, int transactionTimeoutMs) {
        Map<String, Object> settings = producer(connection, "lease-" + transactionalId);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        // An open transaction of a worker that died holds back the readers of its partitions for so long (fact K7).
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, transactionTimeoutMs);
        // Nothing can be delivered after the transaction's time is over. It may not be shorter than lingering and one
        // request.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, transactionTimeoutMs);
        // The next transaction often has to wait for the last one's markers, which take a millisecond (fact K11).
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        // A commit sends what has gathered at once. Before it, only full batches go out: else every partition of a
        // small transaction would take a request of its own.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LEASE_LINGER_MS);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, transactionTimeoutMs - LEASE_LINGER_MS);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LEASE_BLOCK_MS);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * MIB);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * KIB);
        return producer(settings);
    }

    static KafkaProducer<byte[], byte[]> fleetProducer(KafkaConnection connection) {
        Map<String, Object> settings = producer(connection, "fleet");
        // A report that is late says nothing; the next one replaces it.
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        // Only the first report, and those before the broker is there, wait for metadata at all.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * MIB);
        // Reports are few, and the first must not get stuck behind a topic that was just created: see FirstFrameGate.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        keepMetadata(settings);
        return producer(settings);
    }

    /**
     * By default a client that reaches no broker forgets all metadata and starts from its bootstrap servers, and every send blocks meanwhile. The price is
     * that brokers whose names or ports all change at once are found again only by a new process.
     */
    private static void keepMetadata(Map<String, Object> settings) {
        settings.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
    }

    static Admin admin(KafkaConnection connection) {
        Map<String, Object> settings = common(connection, "admin");
        settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
        settings.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 20);
        return Admin.create(settings);
    }

    private static Map<String, Object> consumer(KafkaConnection connection, String purpose) {
        Map<String, Object> settings = common(connection, purpose);
        // Positions are part of checkpoints, never of Kafka's groups (fact K3).
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A position that the log does not have is a loss of data: never go on elsewhere silently.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        // Hand over all that was fetched at once: a partition is fetched again only when its records are gone.
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100_000);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
        settings.put(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
        return settings;
    }

    private static Map<String, Object> producer(KafkaConnection connection, String purpose) {
        Map<String, Object> settings = common(connection, purpose);
        // Idempotent, because frames of a partition must not be repeated out of order.
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        // The default of 5 ms would be paid at every stage. Batches still grow while requests are under way.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 500);
        // Metadata of a destination that is seldom sent to is kept: to fetch it again would block the sender.
        // (Kafka adds this to the time, so no larger number: it would be over at once.)
        settings.put(
                ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(365).toMillis());
        return settings;
    }

    private static Map<String, Object> common(KafkaConnection connection, String purpose) {
        Map<String, Object> settings = connection.kafka().settings();
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, connection.clientId() + "-" + purpose);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        // Notice soon that the broker is back: the defaults are 50 ms to 1 s.
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 50);
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        // The worker has metrics of its own; Kafka's would be a bean or a request for each partition.
        settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
