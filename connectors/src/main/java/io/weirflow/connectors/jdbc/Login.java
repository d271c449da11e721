package io.weirflow.connectors.jdbc;

import java.util.Optional;

/**
 * How to get into a database. Never shown.
 *
 * @param url of the database, which may hold a password
 */
record Login(String url, Optional<String> user, Optional<String> password) {

    @Override
    public String toString() {
        return "Login[" + Drivers.scheme(url) + "]";
    }
}
