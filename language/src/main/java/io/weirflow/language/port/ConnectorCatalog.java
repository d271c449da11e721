package io.weirflow.language.port;

import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.Format;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/** The connectors and formats that pipelines may name. Immutable. */
public final class ConnectorCatalog {

    private final Map<String, Connector> connectors = new TreeMap<>();
    private final Map<String, Format> formats = new TreeMap<>();

    private ConnectorCatalog(Collection<Connector> connectors, Collection<Format> formats) {
        connectors.forEach(connector -> this.connectors.putIfAbsent(connector.name(), connector));
        formats.forEach(format -> this.formats.putIfAbsent(format.name(), format));
    }

    /** Returns a catalog of these; of two with one name the first counts. */
    public static ConnectorCatalog of(Collection<Connector> connectors, Collection<Format> formats) {
        return new ConnectorCatalog(connectors, formats);
    }

    /**
     * Returns what a class loader finds as services.
     *
     * @throws java.util.ServiceConfigurationError when a plug-in is broken
     */
    public static ConnectorCatalog load(ClassLoader loader) {
        List<Connector> connectors = ServiceLoader.load(Connector.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        List<Format> formats = ServiceLoader.load(Format.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return new ConnectorCatalog(connectors, formats);
    }

    /** Returns the connector of this name. */
    public Optional<Connector> connector(String name) {
        return Optional.ofNullable(connectors.get(name));
    }

    /** Returns the format of this name. */
    public Optional<Format> format(String name) {
        return Optional.ofNullable(formats.get(name));
    }

    /** Returns the names of all connectors, sorted. */
    public Set<String> connectorNames() {
        return Collections.unmodifiableSet(connectors.keySet());
    }

    /** Returns the names of all formats, sorted. */
    public Set<String> formatNames() {
        return Collections.unmodifiableSet(formats.keySet());
    }
}
