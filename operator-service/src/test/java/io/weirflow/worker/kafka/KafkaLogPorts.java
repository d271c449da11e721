package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.testkit.log.LogPortsSuite;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The ports as a worker opens them on a broker. */
@Timeout(120)
abstract class KafkaLogPorts extends LogPortsSuite {

    private static int names;

    private KafkaConnection connection;
    private Admin admin;
    private KafkaChangelogReader changelogs;

    abstract String bootstrapServers();

    @BeforeEach
    void connect() {
        connection = new KafkaConnection(bootstrapServers(), "ports");
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
        changelogs = new KafkaChangelogReader(connection);
    }

    @AfterEach
    void disconnect() {
        changelogs.close();
        admin.close();
    }

    @Override
    protected LogPartition newTopic(int partitions) {
        String topic = "ports-" + ++names;
        try {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        return new LogPartition(topic, 0);
    }

    @Override
    protected String newId() {
        return "ports-id-" + ++names;
    }

    @Override
    protected LeaseLog openLease(String transactionalId) {
        return new KafkaLeaseLog(connection, transactionalId, TestLog.TRANSACTION_TIMEOUT_MS);
    }

    @Override
    protected ChangelogReader changelogs() {
        return changelogs;
    }

    @Override
    protected ChangelogTail openTail() {
        return new KafkaChangelogTail(connection);
    }

    @Override
    protected InboxReader openInboxReader() {
        return new KafkaInboxReader(connection);
    }

    @Override
    protected FrameSender openSender() {
        return new KafkaFrameSender(connection);
    }

    @Override
    protected void drive(FrameSender sender) {
        // It goes on by itself.
    }

    /** No broker takes a record this large. */
    @Override
    protected void sendAndLose(FrameSender sender, LogPartition to, FrameSender.Callback callback) {
        sender.send(to, new byte[KafkaClients.MAX_REQUEST_BYTES + 1], callback);
    }

    @Override
    protected void leaveOpen(String transactionalId, List<LogRecord> records) {
        KafkaProducer<byte[], byte[]> process =
                KafkaClients.leaseProducer(connection, transactionalId, TestLog.TRANSACTION_TIMEOUT_MS);
        process.initTransactions();
        process.beginTransaction();
        records.forEach(record -> {
            var unused = process.send(
                    new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value()));
        });
        process.flush();
        process.close(Duration.ZERO);
    }

    @Override
    protected Optional<LogException> commitWhileTaken(String transactionalId, List<LogRecord> records) {
        try (LeaseLog holder = openLease(transactionalId);
                LeaseLog next = openLease(transactionalId)) {
            holder.acquire();
            CompletableFuture<Void> taking = CompletableFuture.runAsync(next::acquire);
            try {
                holder.commit(records);
                return Optional.empty();
            } catch (LogException e) {
                return Optional.of(e);
            } finally {
                taking.join();
            }
        }
    }

    @Override
    protected List<String> stable(LogPartition partition) {
        TopicPartition key = new TopicPartition(partition.topic(), partition.partition());
        List<String> values = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = KafkaClients.changelogConsumer(connection, ++names)) {
            consumer.assign(List.of(key));
            consumer.seekToBeginning(List.of(key));
            // Of a consumer that reads committed records, this is the last stable offset.
            long end = consumer.endOffsets(List.of(key)).getOrDefault(key, 0L);
            while (consumer.position(key) < end) {
                consumer.poll(Duration.ofMillis(100))
                        .records(key)
                        .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
            }
        }
        return values;
    }

    @Override
    protected void deleteBefore(LogPartition partition, long offset) {
        TopicPartition key = new TopicPartition(partition.topic(), partition.partition());
        try {
            admin.deleteRecords(Map.of(key, RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
