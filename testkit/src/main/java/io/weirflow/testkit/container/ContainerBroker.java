package io.weirflow.testkit.container;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A Kafka broker as the Kafka project ships it, in a container, for the tests of one class: a static field with {@code @RegisterExtension}. Where no
 * Docker engine answers, or it does not have the image, they are skipped and say why, unless {@code -Dweirflow.docker.required=true} is given: then
 * the image is downloaded if need be, and what is missing fails them.
 */
public final class ContainerBroker implements BeforeAllCallback, AfterAllCallback {

    private static final DockerImageName IMAGE = DockerImageName.parse("apache/kafka:4.3.1");
    private static final boolean REQUIRED = Boolean.getBoolean("weirflow.docker.required");

    // No test downloads an image that nobody asked for.
    private final KafkaContainer container = new KafkaContainer(IMAGE).withImagePullPolicy(image -> REQUIRED);

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!REQUIRED) {
            Assumptions.assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker engine answers");
        }
        try {
            container.start();
        } catch (RuntimeException e) {
            if (REQUIRED) {
                throw e;
            }
            Assumptions.abort(IMAGE + " cannot be started here, perhaps for want of `docker pull`: " + e);
        }
    }

    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        container.stop();
    }
}
