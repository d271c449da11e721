package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SourceConnector;
import java.util.Optional;

/** Topics of users: a source that can be read again, and a sink that takes part in the engine's transactions. */
public final class KafkaConnector implements Connector {

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public Optional<SourceConnector> source() {
        return Optional.of(new KafkaSource());
    }

    @Override
    public Optional<SinkConnector> sink() {
        return Optional.of(new KafkaSink());
    }
}
