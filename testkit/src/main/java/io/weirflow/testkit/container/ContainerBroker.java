package io.weirflow.testkit.container;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A Kafka broker as the Kafka project ships it, in a container. Where no Docker engine answers, or it does not have the image, tests are skipped
 * and say why, unless {@code -Dweirflow.docker.required=true} is given: then the image is downloaded if need be, and what is missing fails them.
 */
public final class ContainerBroker implements AutoCloseable {

    private static final DockerImageName IMAGE = DockerImageName.parse("apache/kafka:4.3.1");
    private static final boolean REQUIRED = Boolean.getBoolean("weirflow.docker.required");

    private final KafkaContainer container;

    private ContainerBroker(KafkaContainer container) {
        this.container = container;
    }

    /** Starts one, with transactions and topics of one replica. */
    public static ContainerBroker startOrSkip() {
        if (!REQUIRED) {
            Assumptions.assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker engine answers");
        }
        // No test downloads an image that nobody asked for.
        KafkaContainer container = new KafkaContainer(IMAGE).withImagePullPolicy(image -> REQUIRED);
        try {
            container.start();
            return new ContainerBroker(container);
        } catch (RuntimeException e) {
            container.stop();
            if (REQUIRED) {
                throw e;
            }
            return Assumptions.abort(IMAGE + " cannot be started here, perhaps for want of `docker pull`: " + e);
        }
    }

    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void close() {
        container.stop();
    }
}
