package io.weirflow.connectors.jdbc;

import io.weirflow.api.connector.ConnectorException;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the driver of a URL, among those on the class path and those on the plug-in path. Safe for use by several threads. */
final class Drivers {

    private volatile ClassLoader loader = Drivers.class.getClassLoader();

    void plugins(ClassLoader newLoader) {
        loader = newLoader;
    }

    /** @throws ConnectorException when there is none */
    Driver of(String url, String where) {
        try {
            for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            }
        } catch (SQLException | ServiceConfigurationError e) {
            throw new ConnectorException(where + "the driver cannot be loaded: " + e.getMessage(), false, e);
        }
        throw ConnectorException.fatal(where + "there is no driver for '" + scheme(url)
                + "': put its jar on the plug-in path (--plugins), or correct 'url'");
    }

    /** Returns what a URL begins with, such as {@code jdbc:postgresql}; the rest may be secret. */
    static String scheme(String url) {
        int colon = url.indexOf(':', url.indexOf(':') + 1);
        return colon < 0 ? "jdbc:?" : url.substring(0, colon);
    }
}
