package io.weirflow.connectors.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Connections to databases, one pool for each login, shared by the writers of all slots. Safe for use by several threads. */
final class Pools {

    /** Of a pool. A writer has a connection only while a transaction runs, so slots take turns. */
    private static final int MAX_CONNECTIONS = 8;

    private static final long CONNECT_TIMEOUT_MS = 5_000;
    private static final long IDLE_TIMEOUT_MS = 60_000;

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Pools.class);

    private final Drivers drivers;
    private final Map<Login, Shared> pools = new HashMap<>();

    Pools(Drivers drivers) {
        this.drivers = drivers;
    }

    private static final class Shared {
        private final HikariDataSource pool;
        private int users;

        Shared(HikariDataSource pool) {
            this.pool = pool;
        }
    }

    /** A writer's share of a pool. */
    final class Lease implements AutoCloseable {
        private final Login login;
        private final HikariDataSource pool;
        private boolean closed;

        private Lease(Login login, HikariDataSource pool) {
            this.login = login;
            this.pool = pool;
        }

        /** Returns a connection without auto-commit. Waits a few seconds for one. */
        Connection connection() throws SQLException {
            return pool.getConnection();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                release(login);
            }
        }
    }

    synchronized Lease lease(Login login, Dialect dialect, String where) {
        Shared shared = pools.computeIfAbsent(login, any -> new Shared(open(login, dialect, where)));
        shared.users++;
        return new Lease(login, shared.pool);
    }

    private synchronized void release(Login login) {
        Shared shared = pools.get(login);
        if (shared != null && --shared.users == 0) {
            pools.remove(login);
            shared.pool.close();
        }
    }

    private HikariDataSource open(Login login, Dialect dialect, String where) {
        Driver driver = drivers.of(login.url(), where);
        quiet(driver);
        HikariConfig config = new HikariConfig();
        config.setPoolName("weirflow-jdbc");
        config.setDataSource(new ByDriver(driver, login, dialect));
        config.setAutoCommit(false);
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE_TIMEOUT_MS);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        // A database that is away is no reason not to start: the sink waits for it.
        config.setInitializationFailTimeout(-1);
        dialect.sessionSettings().ifPresent(config::setConnectionInitSql);
        return new HikariDataSource(config);
    }

    /** What goes wrong, the sink says. Drivers would print it too, with where in them it was. */
    private static void quiet(Driver driver) {
        try {
            @Nullable Logger logger = driver.getParentLogger();
            if (logger != null) {
                logger.setLevel(Level.OFF);
            }
        } catch (SQLFeatureNotSupportedException e) {
            LOG.atDebug().addKeyValue("reason", e.toString()).log("The driver has no logger of this kind");
        }
    }

    /** Connections of a driver that the driver manager need not know: one of the plug-in path. */
    private record ByDriver(Driver driver, Login login, Dialect dialect) implements DataSource {

        @Override
        public Connection getConnection() throws SQLException {
            Properties properties = dialect.connectionProperties();
            login.user().ifPresent(user -> properties.setProperty("user", user));
            login.password().ifPresent(password -> properties.setProperty("password", password));
            Connection connection = driver.connect(login.url(), properties);
            if (connection == null) {
                throw new SQLException("the driver does not know the URL");
            }
            return connection;
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException("the login is fixed");
        }

        @Override
        public PrintWriter getLogWriter() {
            return new PrintWriter(PrintWriter.nullWriter());
        }

        @Override
        public void setLogWriter(PrintWriter out) {
            // Drivers have loggers of their own.
        }

        @Override
        public void setLoginTimeout(int seconds) {
            // A property of the connection.
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            return driver.getParentLogger();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("nothing is wrapped");
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
