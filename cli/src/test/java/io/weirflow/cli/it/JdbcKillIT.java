package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.broker.BrokerLimits;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import io.weirflow.testkit.postgres.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows into a real PostgreSQL, while the process is killed and the database restarted: each is there once. */
final class JdbcKillIT {

    private static final int ROWS = 3_000;
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String PIPELINE = """
            pipeline: into-database
            streams:
              numbers:
                source: {generator: {kind: counter, rows: ROWS, rate: 400}}
                event_time: {column: at}
            stages:
              keyed: {from: numbers, key_by: [id], parallelism: 2, select: {id: id, at: at, tenth: id / 10}}
            sinks:
              appended:
                from: keyed
                to: {jdbc: {url: "URL", user: postgres, password: "${file:SECRET}", table: appended, create: true}}
              latest:
                from: keyed
                to:
                  jdbc:
                    url: "URL"
                    user: postgres
                    password: "${file:SECRET}"
                    table: latest
                    mode: upsert
                    key: [tenth]
                    create: true
            """;

    @TempDir
    private Path directory;

    @Test
    void everyRowIsThereOnce() throws Exception {
        Path secret = Pipelines.write(directory, "secret", "not-to-be-shown\n");
        try (TestPostgres postgres = TestPostgres.start(directory);
                EmbeddedBroker broker = EmbeddedBroker.start(
                        new EmbeddedBrokerConfig(directory.resolve("broker"), 0, BrokerLimits.DEFAULT), fault -> {})) {
            Path pipeline = Pipelines.write(
                    directory,
                    PIPELINE.replace("ROWS", Integer.toString(ROWS))
                            .replace("URL", postgres.url())
                            .replace("SECRET", secret.toString()));
            String[] run = {"run", pipeline.toString(), "--kafka", broker.bootstrapServers()};
            try (Child child = Child.start(directory, run)) {
                awaitRows(postgres, ROWS / 4);
                child.signal("KILL");
            }
            Result last;
            try (Child child = Child.start(directory, run)) {
                awaitRows(postgres, ROWS / 2);
                postgres.stop();
                child.awaitMessage("A sink cannot write; it is tried again");
                postgres.resume();
                last = child.end(LONG);
            }
            assertThat(last.status()).as(last.err()).isZero();
            assertThat(last.err()).doesNotContain("not-to-be-shown").doesNotContain("\tat ");
            assertThat(postgres.query("SELECT count(*), count(DISTINCT id), min(id), max(id) FROM appended"))
                    .containsExactly(ROWS + "," + ROWS + ",0," + (ROWS - 1));
            assertThat(postgres.query("SELECT count(*), count(DISTINCT tenth) FROM latest"))
                    .containsExactly(ROWS / 10 + "," + ROWS / 10);
            assertThat(postgres.query("SELECT sum(last_row) FROM weirflow_progress"))
                    .containsExactly(Integer.toString(2 * ROWS));
        }
    }

    private static void awaitRows(TestPostgres postgres, int atLeast) {
        Awaitility.await()
                .atMost(LONG)
                .ignoreExceptions()
                .until(() -> Integer.parseInt(
                                postgres.query("SELECT count(*) FROM appended").get(0))
                        >= atLeast);
    }
}
