package io.weirflow.connectors.http;

import io.weirflow.api.connector.CallConnector;
import io.weirflow.api.connector.Connector;
import java.util.Optional;

/** Asks services over HTTP. */
public final class HttpConnector implements Connector {

    private final SharedClient client = new SharedClient();

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Optional<CallConnector> call() {
        return Optional.of(new HttpService(client));
    }
}
