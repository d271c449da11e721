package io.weirflow.connectors.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Checks an address, and shows it without what may be secret: path, query and user. */
final class Address {

    private Address() {}

    static Optional<URI> parse(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return http && uri.getHost() != null && uri.getUserInfo() == null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    static String shown(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }
}
