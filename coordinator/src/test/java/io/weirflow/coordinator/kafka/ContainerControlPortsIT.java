package io.weirflow.coordinator.kafka;

import io.weirflow.testkit.container.ContainerBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The ports on a broker in a container. */
final class ContainerControlPortsIT extends KafkaControlPorts {

    private static @Nullable ContainerBroker broker;

    @BeforeAll
    static void start() {
        broker = ContainerBroker.startOrSkip();
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    String bootstrapServers() {
        return broker.bootstrapServers();
    }
}
