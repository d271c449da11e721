package io.weirflow.connectors.jdbc;

import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.SinkConnector;
import java.util.Optional;

/** Writes rows to a table of a database. The driver is found by the URL; PostgreSQL's comes along, others from the plug-in path. */
public final class JdbcConnector implements Connector {

    private final Drivers drivers = new Drivers();
    private final Pools pools = new Pools(drivers);

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public void plugins(ClassLoader loader) {
        drivers.plugins(loader);
    }

    @Override
    public Optional<SinkConnector> sink() {
        return Optional.of(new JdbcSink(drivers, pools));
    }
}
