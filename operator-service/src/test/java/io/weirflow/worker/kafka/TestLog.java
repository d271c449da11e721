package io.weirflow.worker.kafka;

import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with topics of each test's own. */
final class TestLog implements AutoCloseable {

    /** Long: else a machine that stands still for ten seconds in the middle of a commit fails a test that is not about time. */
    static final int TRANSACTION_TIMEOUT_MS = 60_000;

    private final EmbeddedBroker broker;
    private final Admin admin;
    private int topics;

    TestLog() throws Exception {
        broker = EmbeddedBroker.startTemporary();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    KafkaConnection connection() {
        return new KafkaConnection(broker.bootstrapServers(), "test");
    }

    KafkaProducer<byte[], byte[]> leaseProducer(String transactionalId) {
        return KafkaClients.leaseProducer(connection(), transactionalId, TRANSACTION_TIMEOUT_MS);
    }

    /** One whose transactions may take so long, and whose records may take as long as they like. */
    KafkaProducer<byte[], byte[]> hurriedProducer(String transactionalId, int transactionTimeoutMs) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        transactionTimeoutMs),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    TransactionState transactionState(String transactionalId) throws Exception {
        return admin.describeTransactions(List.of(transactionalId))
                .description(transactionalId)
                .get()
                .state();
    }

    /** Returns the first partition of a new topic. */
    LogPartition topic(int partitions, Map<String, String> settings) throws Exception {
        String name = "topic-" + ++topics;
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
                .all()
                .get();
        return new LogPartition(name, 0);
    }

    LogPartition topic(int partitions) throws Exception {
        return topic(partitions, Map.of());
    }

    void deleteBefore(LogPartition partition, long offset) throws Exception {
        TopicPartition key = new TopicPartition(partition.topic(), partition.partition());
        admin.deleteRecords(Map.of(key, RecordsToDelete.beforeOffset(offset)))
                .all()
                .get();
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static LogPartition sibling(LogPartition partition, int number) {
        return new LogPartition(partition.topic(), number);
    }

    static LogRecord record(LogPartition to, String key, String value) {
        return new LogRecord(to.topic(), to.partition(), bytes(key), value == null ? null : bytes(value));
    }

    /** What was handed over, by partition, each as {@code offset:value}. */
    static final class Received implements InboxReader.Handler {
        private final Map<LogPartition, List<String>> values = new HashMap<>();

        @Override
        public void record(LogPartition partition, long offset, long timestampMs, byte[] value) {
            of(partition).add(offset + ":" + text(value));
        }

        List<String> of(LogPartition partition) {
            return values.computeIfAbsent(partition, any -> new ArrayList<>());
        }

        int count() {
            return values.values().stream().mapToInt(List::size).sum();
        }
    }
}
