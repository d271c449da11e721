package io.weirflow.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BrokerStartFailureTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedBrokerConfig config = EmbeddedBrokerConfig.of(folder).withPort(other.getLocalPort());

            assertThatThrownBy(() -> EmbeddedBroker.start(config))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("127.0.0.1:" + other.getLocalPort())
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void afterAFailedStartTheFolderIsFree() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedBrokerConfig config = EmbeddedBrokerConfig.of(folder).withPort(other.getLocalPort());
            assertThatThrownBy(() -> EmbeddedBroker.start(config)).isInstanceOf(BrokerStartException.class);
        }
        DataDirectory.open(folder, BrokerLimits.DEFAULT).close();
    }

    @Test
    void aFolderInUseIsNamed() throws Exception {
        try (DataDirectory other = DataDirectory.open(folder, BrokerLimits.DEFAULT)) {
            assertThat(other.logDir()).doesNotExist();
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder)))
                        .isInstanceOf(BrokerStartException.class)
                        .hasMessageContaining("in use by another broker");
            }
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.of(file)))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining(file + " is a file");
        assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.of(file.resolve("below"))))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void aDiskThatIsNearlyFullIsNamed() {
        BrokerLimits limits = new BrokerLimits(1 << 20, 1 << 20, Long.MAX_VALUE, 60_000);

        assertThatThrownBy(() ->
                        EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder).withLimits(limits)))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("Free some space");
    }

    @Test
    void dataWithoutItsMetaPropertiesIsNotFormattedOver() throws Exception {
        Path segment = Files.createDirectories(folder.resolve("kafka/orders-0")).resolve("00000000000000000000.log");
        Files.write(segment, new byte[] {1});

        assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder)))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("meta.properties is missing");
        assertThat(segment).exists();
    }

    @Test
    void aDamagedMetadataLogIsReportedAndDoesNotEndTheJvm() throws Exception {
        EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder)).close();
        Path quorumState = folder.resolve("kafka/__cluster_metadata-0/quorum-state");
        Files.writeString(quorumState, "{damaged");

        assertThatThrownBy(() -> EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder)))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("did not start");
        DataDirectory.open(folder, BrokerLimits.DEFAULT).close();
    }

    @Test
    void anExitThatKafkaAsksForReachesTheOwner() throws Exception {
        CompletableFuture<BrokerFailedException> told = new CompletableFuture<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder), told::complete)) {
            assertThatThrownBy(() -> Exit.halt(1)).isInstanceOf(Error.class);
            assertThat(told).isCompleted();
            assertThat(broker.failure()).isPresent();
        }
    }
}
