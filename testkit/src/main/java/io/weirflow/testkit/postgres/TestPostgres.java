package io.weirflow.testkit.postgres;

import io.weirflow.testkit.process.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server of its own, from binaries of Maven Central. Where none can be started, tests are skipped and say why, unless {@code
 * -Dweirflow.postgres.required=true} is given, as the build server does: then they fail.
 */
public final class TestPostgres implements AutoCloseable {

    private final Path data;
    private final int port;
    private @Nullable EmbeddedPostgres server;

    private TestPostgres(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    /** Starts one whose files are in a directory. */
    public static TestPostgres start(Path directory) {
        try {
            TestPostgres postgres = new TestPostgres(directory.resolve("postgres"), Ports.free());
            postgres.resume();
            return postgres;
        } catch (IOException | RuntimeException | LinkageError e) {
            if (Boolean.getBoolean("weirflow.postgres.required")) {
                throw new AssertionError("no PostgreSQL can be started here", e);
            }
            return Assumptions.abort("no PostgreSQL can be started here: " + e);
        }
    }

    /** Returns where it is, without a login: the user is {@code postgres}, and there is no password. */
    public String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres";
    }

    /** Stops the server, its connections with it; what is committed stays. */
    public void stop() {
        EmbeddedPostgres running = server;
        server = null;
        if (running != null) {
            try {
                running.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts the server again, under the same address. */
    public void resume() throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", "");
    }

    /** Runs statements. */
    public void run(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the rows of a query, the columns of each as text with commas between. */
    public List<String> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.append(i == 1 ? "" : ",").append(found.getString(i));
                }
                rows.add(row.toString());
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
