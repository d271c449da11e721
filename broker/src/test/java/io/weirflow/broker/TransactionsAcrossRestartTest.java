package io.weirflow.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is stopped in order while transactions are committed. */
@Timeout(120)
final class TransactionsAcrossRestartTest {

    private static final String TOPIC = "committed";
    private static final int WRITERS = 16;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Commits one transaction after the other until the broker is gone. */
    private static Thread writer(String bootstrapServers, int number, CountDownLatch writing) {
        return new Thread(() -> {
            KafkaProducer<String, String> producer = Clients.transactionalProducer(bootstrapServers, id(number));
            try {
                producer.initTransactions();
                while (!Thread.currentThread().isInterrupted()) {
                    producer.beginTransaction();
                    Clients.sendInTransaction(producer, new ProducerRecord<>(TOPIC, number, "", ""));
                    producer.commitTransaction();
                    writing.countDown();
                }
            } catch (KafkaException e) {
                // The broker is gone.
            } finally {
                producer.close(Duration.ZERO);
            }
        });
    }

    private static String id(int number) {
        return "writer-" + number;
    }

    @Test
    void noTransactionStaysOpenForEver() throws Exception {
        stopWhileTransactionsAreCommitted();
        try (EmbeddedBroker again = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder));
                Admin admin = Clients.admin(again.bootstrapServers())) {
            // Returns when their last transactions are complete.
            admin.fenceProducers(IntStream.range(0, WRITERS)
                            .mapToObj(TransactionsAcrossRestartTest::id)
                            .toList())
                    .all()
                    .get();
            assertThat(ends(admin, IsolationLevel.READ_COMMITTED))
                    .isEqualTo(ends(admin, IsolationLevel.READ_UNCOMMITTED));
        }
    }

    private void stopWhileTransactionsAreCommitted() throws Exception {
        List<Thread> writers = new ArrayList<>();
        try (EmbeddedBroker first = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder))) {
            Clients.createTopic(first.bootstrapServers(), TOPIC, WRITERS);
            CountDownLatch writing = new CountDownLatch(20 * WRITERS);
            for (int number = 0; number < WRITERS; number++) {
                Thread writer = writer(first.bootstrapServers(), number, writing);
                writers.add(writer);
                writer.start();
            }
            writing.await();
        }
        writers.forEach(Thread::interrupt);
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel isolation) throws Exception {
        Map<TopicPartition, OffsetSpec> partitions = IntStream.range(0, WRITERS)
                .boxed()
                .collect(Collectors.toMap(number -> new TopicPartition(TOPIC, number), number -> OffsetSpec.latest()));
        return admin.listOffsets(partitions, new ListOffsetsOptions(isolation)).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }
}
