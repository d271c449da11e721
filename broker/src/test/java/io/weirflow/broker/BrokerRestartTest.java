package io.weirflow.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BrokerRestartTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void dataAndClusterIdOutliveARestartOnAnotherPort() throws Exception {
        String clusterId;
        String firstAddress;
        try (EmbeddedBroker first = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder))) {
            clusterId = first.clusterId();
            firstAddress = first.bootstrapServers();
            Clients.createTopic(firstAddress, "kept", 2);
            transaction(firstAddress, "one");
        }
        try (ServerSocket occupied = occupy(firstAddress);
                EmbeddedBroker second = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder))) {
            assertThat(occupied.isBound()).isTrue();
            assertThat(second.bootstrapServers()).isNotEqualTo(firstAddress);
            assertThat(second.clusterId()).isEqualTo(clusterId);
            transaction(second.bootstrapServers(), "two");

            assertThat(Clients.readAll(second.bootstrapServers(), "kept", 2)).containsExactlyInAnyOrder("one", "two");
        }
    }

    /** Keeps the first run's port busy, so that the second cannot get it by chance. */
    private static ServerSocket occupy(String address) throws IOException {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    private static void transaction(String bootstrapServers, String value) {
        try (KafkaProducer<String, String> producer = Clients.transactionalProducer(bootstrapServers, "restart")) {
            producer.initTransactions();
            producer.beginTransaction();
            Clients.sendInTransaction(producer, new ProducerRecord<>("kept", value, value));
            producer.commitTransaction();
        }
    }

    @Test
    void aFormatThatWasKilledHalfWayIsDoneAgain() throws Exception {
        Path staging = Files.createDirectories(folder.resolve("kafka.formatting"));
        Files.write(staging.resolve("bootstrap.checkpoint.tmp"), new byte[] {1, 2, 3});
        Path logDir = Files.createDirectories(folder.resolve("kafka"));
        Files.write(logDir.resolve("bootstrap.checkpoint"), new byte[0]);

        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder))) {
            Clients.createTopic(broker.bootstrapServers(), "works", 1);
            assertThat(Clients.readAll(broker.bootstrapServers(), "works", 1)).isEqualTo(List.of());
        }
        assertThat(staging).doesNotExist();
    }

    @Test
    void aTemporaryFolderIsRemoved() throws Exception {
        Path temporary;
        try (EmbeddedBroker broker = EmbeddedBroker.startTemporary()) {
            temporary = broker.folder();
            assertThat(temporary).isDirectory();
        }
        assertThat(temporary).doesNotExist();
    }
}
