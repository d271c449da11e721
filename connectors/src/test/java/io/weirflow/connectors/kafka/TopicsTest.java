package io.weirflow.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TopicsTest {

    @Test
    void aSettingThatKafkaDoesNotKnowIsRefused() {
        KafkaAccess access = new KafkaAccess("localhost:1", Map.of("sasl.mechanisms", "PLAIN"));
        assertThatThrownBy(() -> new Topics(access))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("sasl.mechanisms")
                .hasMessageContaining("spelling");
    }

    @Test
    void settingsOfWhichNoClientCanBeMadeAreNamed() {
        KafkaAccess access = new KafkaAccess(
                "localhost:1", Map.of("security.protocol", "SSL", "ssl.truststore.location", "there-is-none.p12"));
        assertThatThrownBy(() -> new Topics(access))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("localhost:1")
                .hasMessageContaining("there-is-none.p12");
        assertThatThrownBy(() -> new Topics(KafkaAccess.open("no-port")))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("no-port");
    }
}
