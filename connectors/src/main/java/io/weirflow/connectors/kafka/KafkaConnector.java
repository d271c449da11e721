package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SourceConnector;
import java.util.Optional;

/** Topics of users: a source that can be read again, and a sink that takes part in the engine's transactions. */
public final class KafkaConnector implements Connector {

    /** One for all: its readers share consumers. */
    private final KafkaSource source = new KafkaSource();

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public Optional<SourceConnector> source() {
        return Optional.of(source);
    }

    @Override
    public Optional<SinkConnector> sink() {
        return Optional.of(new KafkaSink());
    }
}
