package io.weirflow.worker.connect;

import io.weirflow.api.connector.CallConnector;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SourceConnector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The connectors and formats that this process has, by name. Immutable and safe for use by several threads. */
public final class Connectors {

    private final Map<String, Connector> connectors = new HashMap<>();
    private final Map<String, Format> formats = new HashMap<>();

    public Connectors(Iterable<Connector> connectors, Iterable<Format> formats) {
        connectors.forEach(connector -> this.connectors.put(connector.name(), connector));
        formats.forEach(format -> this.formats.put(format.name(), format));
    }

    /** Returns those that are on the class path. */
    public static Connectors load(ClassLoader loader) {
        List<Connector> found = new ArrayList<>();
        for (Connector connector : ServiceLoader.load(Connector.class, loader)) {
            connector.plugins(loader);
            found.add(connector);
        }
        return new Connectors(found, ServiceLoader.load(Format.class, loader));
    }

    /** @throws ConnectorException when this process has no such source */
    public SourceConnector source(String name) {
        Connector connector = connectors.get(name);
        if (connector == null) {
            throw missing("source connector", name);
        }
        return connector.source().orElseThrow(() -> missing("source connector", name));
    }

    /** @throws ConnectorException when this process has no such sink */
    public SinkConnector sink(String name) {
        Connector connector = connectors.get(name);
        if (connector == null) {
            throw missing("sink connector", name);
        }
        return connector.sink().orElseThrow(() -> missing("sink connector", name));
    }

    /** @throws ConnectorException when this process has no such service */
    public CallConnector call(String name) {
        Connector connector = connectors.get(name);
        if (connector == null) {
            throw missing("service connector", name);
        }
        return connector.call().orElseThrow(() -> missing("service connector", name));
    }

    /** @throws ConnectorException when this process has no such format */
    public Format format(String name) {
        Format format = formats.get(name);
        if (format == null) {
            throw missing("format", name);
        }
        return format;
    }

    private static ConnectorException missing(String kind, String name) {
        return ConnectorException.fatal(
                "this worker has no " + kind + " '" + name + "': put its jar on the worker's class path");
    }
}
