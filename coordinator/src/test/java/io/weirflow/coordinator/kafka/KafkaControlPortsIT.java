package io.weirflow.coordinator.kafka;

import io.weirflow.broker.EmbeddedBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The ports on the embedded broker. */
final class KafkaControlPortsIT extends KafkaControlPorts {

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.startTemporary();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Override
    String bootstrapServers() {
        return broker.bootstrapServers();
    }
}
