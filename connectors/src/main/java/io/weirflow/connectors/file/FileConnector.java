package io.weirflow.connectors.file;

import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SourceConnector;
import java.util.Optional;

/** Files: a source that can be read again, and a sink that is exactly-once. */
public final class FileConnector implements Connector {

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Optional<SourceConnector> source() {
        return Optional.of(new FileSource());
    }

    @Override
    public Optional<SinkConnector> sink() {
        return Optional.of(new FileSink(new DiskFiles()));
    }
}
