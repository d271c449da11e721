package io.weirflow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaAccessTest {

    private static final String SERVERS = "broker:9093";

    @TempDir
    private Path folder;

    @Test
    void aClientGetsTheAddressAndTheSettingsOfTheFile() throws IOException {
        KafkaAccess access = KafkaAccess.read(SERVERS, file("""
                # as for Kafka's own commands
                security.protocol = SASL_SSL
                sasl.mechanism=PLAIN
                sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
                    username="a" password="b=c";
                """));
        assertThat(access.settings())
                .containsOnlyKeys("bootstrap.servers", "security.protocol", "sasl.mechanism", "sasl.jaas.config")
                .containsEntry("bootstrap.servers", SERVERS)
                .containsEntry("security.protocol", "SASL_SSL")
                .extractingByKey("sasl.jaas.config")
                .asString()
                .endsWith("username=\"a\" password=\"b=c\";");
    }

    @Test
    void secretsAreNotPrinted() throws IOException {
        KafkaAccess access = KafkaAccess.read(SERVERS, file("ssl.key.password=hush"));
        assertThat(access).hasToString("broker:9093 with [ssl.key.password]");
        assertThat(KafkaAccess.open(SERVERS)).hasToString(SERVERS);
    }

    @Test
    void whatTheProtocolRestsOnCannotBeSet() throws IOException {
        Path file = file("acks=hush\nssl.protocol=TLSv1.3");
        assertThatThrownBy(() -> KafkaAccess.read(SERVERS, file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("'acks' cannot be set")
                .hasMessageNotContaining("hush");
    }

    @Test
    void aFileThatIsNotThereOrNotTextIsNamed() throws IOException {
        assertThatThrownBy(() -> KafkaAccess.read(SERVERS, folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("none: there is no such file");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {'a', '=', (byte) 0xff});
        assertThatThrownBy(() -> KafkaAccess.read(SERVERS, binary))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("binary: it cannot be read as UTF-8 text");
        Path broken = file("ssl.protocol=\\u00zz");
        assertThatThrownBy(() -> KafkaAccess.read(SERVERS, broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(broken.toString());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("client.properties"), text);
    }

    @Test
    void whatClientsDoNotKnowIsFound() {
        KafkaAccess access = new KafkaAccess("a:1", Map.of("sasl.mechanisms", "PLAIN", "ssl.protocol", "TLSv1.3"));
        assertThat(access.unknown(Set.of("sasl.mechanism", "ssl.protocol"))).contains("sasl.mechanisms");
        assertThat(access.unknown(Set.of("sasl.mechanisms", "ssl.protocol"))).isEmpty();
    }
}
