package io.weirflow.coordinator.kafka;

import io.weirflow.testkit.container.ContainerBroker;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ports on a broker in a container. */
final class ContainerControlPortsIT extends KafkaControlPorts {

    @RegisterExtension
    static final ContainerBroker BROKER = new ContainerBroker();

    @Override
    String bootstrapServers() {
        return BROKER.bootstrapServers();
    }
}
