package io.weirflow.worker.kafka;

import static io.weirflow.worker.kafka.TestLog.bytes;
import static io.weirflow.worker.kafka.TestLog.record;
import static io.weirflow.worker.kafka.TestLog.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.worker.kafka.TestLog.Received;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the adapters do while the broker is away and when it is back. */
@Timeout(60)
final class BrokerRestartIT {

    private static final LogPartition INBOX = new LogPartition("inbox", 0);
    private static final LogPartition CHANGELOG = new LogPartition("changelog", 0);

    @TempDir
    private Path folder;

    @Test
    void everyAdapterOutlivesARestartOfTheBroker() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder));
        String address = broker.bootstrapServers();
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        KafkaConnection connection = new KafkaConnection(address, "restart");
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        try (KafkaFrameSender sender = new KafkaFrameSender(connection);
                KafkaInboxReader reader = new KafkaInboxReader(connection);
                KafkaLeaseLog lease = new KafkaLeaseLog(connection, "lease");
                KafkaChangelogReader changelogs = new KafkaChangelogReader(connection);
                KafkaControlLogReader control = new KafkaControlLogReader(connection, CHANGELOG.topic())) {
            createTopics(address);
            lease.acquire();
            lease.commit(List.of(record(CHANGELOG, "k", "1")));
            reader.start(INBOX, 0);
            Received received = new Received();
            send(sender, failures, 0, 50);
            await(() -> reader.poll(20, received) >= 0 && received.count() == 50);

            broker.close();
            send(sender, failures, 50, 100);
            // Long enough to be logged as an outage; meanwhile no exception and no record.
            assertThat(reader.poll(3_500, received)).isZero();
            assertThatThrownBy(() -> await(() -> control.poll(500).isEmpty() && false))
                    .isInstanceOf(LogUnavailableException.class);
            assertThat(received.count()).isEqualTo(50);

            broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder).withPort(port));
            await(() -> reader.poll(20, received) >= 0 && received.count() == 100);
            assertThat(received.of(INBOX))
                    .isEqualTo(
                            IntStream.range(0, 100).mapToObj(i -> i + ":f" + i).toList());
            assertThat(failures).isEmpty();

            lease.commit(List.of(record(CHANGELOG, "k", "2")));
            List<String> values = new ArrayList<>();
            changelogs.read(CHANGELOG, 0, (offset, key, value) -> values.add(text(value)));
            assertThat(values).containsExactly("1", "2");
        } finally {
            broker.close();
        }
    }

    private static void send(KafkaFrameSender sender, ConcurrentLinkedQueue<Exception> failures, int from, int to) {
        for (int i = from; i < to; i++) {
            sender.send(INBOX, bytes("f" + i), (offset, failure) -> {
                if (failure != null) {
                    failures.add(failure);
                }
            });
        }
    }

    private static void createTopics(String address) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(
                            new NewTopic(INBOX.topic(), 1, (short) 1), new NewTopic(CHANGELOG.topic(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** The readers belong to this thread, so it polls until the test's time-out. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
