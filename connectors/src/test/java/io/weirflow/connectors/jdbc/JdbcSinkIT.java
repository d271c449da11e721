package io.weirflow.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter.External;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.format.JsonFormat;
import io.weirflow.testkit.postgres.TestPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink on a real PostgreSQL: what goes in, who is fenced, and what is said when it does not go. */
final class JdbcSinkIT {

    private static final RowType NUMBERS =
            RowType.of(Column.required("id", Scalar.BIGINT), Column.of("text", Scalar.VARCHAR));
    private static final String SECRET = "a-secret-password";
    private static final int CONTESTED = 100;

    @TempDir
    private static Path directory;

    private static TestPostgres postgres;

    private final JdbcConnector connector = new JdbcConnector();
    private final List<External> writers = new ArrayList<>();

    @BeforeAll
    static void startPostgres() {
        postgres = TestPostgres.start(directory);
    }

    @AfterAll
    static void stopPostgres() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void createTable() {
        postgres.run(
                "DROP SCHEMA public CASCADE",
                "CREATE SCHEMA public",
                "CREATE TABLE numbers (id BIGINT NOT NULL, text VARCHAR(10))");
    }

    @AfterEach
    void closeWriters() {
        writers.forEach(External::close);
    }

    private External open(RowType type, Object... options) {
        Options all = Kit.options(options)
                .with("url", new SecretRef("${URL}"))
                .with("user", "postgres")
                .with("password", new SecretRef("${PASSWORD}"));
        SinkContext context = new SinkContext(
                "p",
                "run-1",
                "rows",
                all,
                new JsonFormat().encoder(Options.NONE, type).orElseThrow(),
                type,
                Guarantee.EXACTLY_ONCE,
                2,
                Path.of("."),
                KafkaAccess.open("localhost:1"),
                secret -> secret.template().equals("${URL}") ? postgres.url() : SECRET);
        JdbcSink sink = (JdbcSink) connector.sink().orElseThrow();
        sink.prepare(context);
        External writer = (External) sink.open(context, 1);
        writers.add(writer);
        return writer;
    }

    private External numbers() {
        return open(NUMBERS, "table", "numbers");
    }

    private static Row row(long id, Object text) {
        return MutableRow.of(NUMBERS, id, text);
    }

    private static void write(External writer, long from, long to) {
        for (long i = from; i <= to; i++) {
            writer.write(i, row(i, "n" + i), 0);
        }
    }

    private static List<String> ids() {
        return postgres.query("SELECT id FROM numbers ORDER BY id");
    }

    private static List<String> upTo(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList();
    }

    private static void refused(boolean retriable, ThrowingCallable action, String... parts) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        e -> assertThat(e.retriable()).as(e.getMessage()).isEqualTo(retriable))
                .hasMessageContainingAll(parts)
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void rowsAreVisibleWithTheirNumberAndNotBefore() {
        External writer = numbers();
        assertThat(writer.durableSequence()).isZero();
        write(writer, 1, 2_500);
        assertThat(ids()).isEmpty();
        assertThat(writer.commit(2_500, false)).isEqualTo(2_500);
        assertThat(ids()).isEqualTo(postgres.query("SELECT g FROM generate_series(1, 2500) g"));
        assertThat(writer.commit(2_500, true)).as("nothing more").isEqualTo(2_500);
        assertThat(postgres.query("SELECT pipeline, sink, slot, run, epoch, last_row FROM weirflow_progress"))
                .containsExactly("p,rows,1,run-1,1,2500");
    }

    @Test
    void whoComesAfterwardsGoesOnWhereTheTableIs() {
        External first = numbers();
        first.durableSequence();
        write(first, 1, 3);
        first.commit(3, true);
        write(first, 4, 9);
        first.close();
        External second = numbers();
        assertThat(second.durableSequence()).isEqualTo(3);
        write(second, 4, 5);
        second.commit(5, true);
        assertThat(ids()).isEqualTo(upTo(5));
    }

    @Test
    void aWriterThatSleptIsFenced() {
        External zombie = numbers();
        zombie.durableSequence();
        write(zombie, 1, 3);
        External owner = numbers();
        owner.durableSequence();
        assertThatThrownBy(() -> zombie.commit(3, true))
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        e -> assertThat(e.isSuperseded()).isTrue())
                .hasMessageContaining("another writer has taken over slot 1");
        write(owner, 1, 4);
        owner.commit(4, true);
        assertThat(ids()).isEqualTo(upTo(4));
    }

    /** Its rows are in, uncommitted, when the other opens: the lock decides who goes first, and nothing is there twice. */
    @Test
    void twoWritersTakeTurnsWhateverTheyBelieve() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int seed = 0; seed < 2; seed++) {
                Random random = new Random(seed);
                done.add(threads.submit(() -> fight(random)));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(ids()).isEqualTo(upTo(CONTESTED));
    }

    private void fight(Random random) {
        while (true) {
            External writer;
            synchronized (writers) {
                writer = numbers();
            }
            try {
                long last = writer.durableSequence();
                while (last < CONTESTED) {
                    long to = Math.min(CONTESTED, last + 1 + random.nextInt(5));
                    write(writer, last + 1, to);
                    last = writer.commit(to, true);
                }
                return;
            } catch (ConnectorException e) {
                assertThat(e.retriable()).as(e.getMessage()).isTrue();
            }
        }
    }

    @Test
    void outlastsADatabaseThatGoesAway() throws IOException {
        External writer = numbers();
        writer.durableSequence();
        write(writer, 1, 2);
        writer.commit(2, true);
        write(writer, 3, 4);
        postgres.stop();
        try {
            refused(true, () -> writer.commit(4, true), "jdbc sink 'rows'", "it is tried again, nothing is lost");
            External waits = numbers();
            refused(true, waits::durableSequence, "it is tried again");
        } finally {
            postgres.resume();
        }
        External again = numbers();
        assertThat(again.durableSequence()).isEqualTo(2);
        write(again, 3, 4);
        again.commit(4, true);
        assertThat(ids()).isEqualTo(upTo(4));
    }

    /** The answer to a commit may be lost; only the database knows what has become of it. */
    @Test
    void aConnectionThatBreaksInTheMiddleLeavesAllOrNothing() throws Exception {
        External writer = numbers();
        writer.durableSequence();
        write(writer, 1, 3);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Connection other = postgres.connect();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE numbers IN EXCLUSIVE MODE");
            Future<?> commit = thread.submit(() -> refused(true, () -> writer.commit(3, true), "(SQLSTATE 57P01)"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> !postgres.query("SELECT pid FROM pg_stat_activity WHERE application_name = 'weirflow'"
                                    + " AND wait_event_type = 'Lock'")
                            .isEmpty());
            postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name = 'weirflow' AND wait_event_type = 'Lock'");
            commit.get();
            other.rollback();
        } finally {
            thread.shutdownNow();
        }
        External again = numbers();
        assertThat(again.durableSequence()).isZero();
        assertThat(ids()).isEmpty();
    }

    @Test
    void anUpsertReplacesTheRowOfItsKey() {
        postgres.run("CREATE TABLE latest (id BIGINT PRIMARY KEY, text TEXT)");
        External writer = open(NUMBERS, "table", "latest", "mode", "upsert", "key", List.of("id"));
        writer.durableSequence();
        writer.write(1, row(7, "a"), 0);
        writer.write(2, row(8, "b"), 0);
        writer.write(3, row(7, "c"), 0);
        writer.commit(3, true);
        assertThat(postgres.query("SELECT * FROM latest ORDER BY id")).containsExactly("7,c", "8,b");
        writer.write(4, row(8, null), 0);
        writer.commit(4, true);
        assertThat(postgres.query("SELECT * FROM latest ORDER BY id")).containsExactly("7,c", "8,null");
    }

    @Test
    void everyTypeGoesIntoATableThatTheSinkMakes() {
        RowType nested = RowType.of(Column.of("x", Scalar.INTEGER));
        RowType type = RowType.of(
                Column.of("a bool", Scalar.BOOLEAN),
                Column.of("i", Scalar.INTEGER),
                Column.required("l", Scalar.BIGINT),
                Column.of("d", Scalar.DOUBLE),
                Column.of("m", new DataType.Decimal(12, 2)),
                Column.of("s", Scalar.VARCHAR),
                Column.of("b", Scalar.VARBINARY),
                Column.of("day", Scalar.DATE),
                Column.of("time", Scalar.TIME),
                Column.of("at", Scalar.TIMESTAMP),
                Column.of("list", new DataType.Array(Scalar.INTEGER)),
                Column.of("row", new DataType.RowOf(nested)));
        External writer = open(type, "table", "all types", "create", true, "mode", "upsert", "key", List.of("l"));
        assertThat(writer.durableSequence()).isZero();
        writer.write(
                1,
                MutableRow.of(
                        type,
                        true,
                        -5,
                        1L << 40,
                        0.1,
                        new BigDecimal("-12.30"),
                        "ä'\"\\",
                        "bytes".getBytes(StandardCharsets.UTF_8),
                        19_000,
                        3_723_004,
                        1_700_000_000_123L,
                        List.of(1, 2),
                        MutableRow.of(nested, 3)),
                0);
        writer.write(2, MutableRow.of(type, null, null, 2L, null, null, null, null, null, null, null, null, null), 0);
        writer.commit(2, true);
        assertThat(postgres.query("SELECT * FROM \"all types\" WHERE l > 2"))
                .containsExactly("t,-5,1099511627776,0.1,-12.30,ä'\"\\,\\x6279746573,2022-01-08,01:02:03.004,"
                        + postgres.query("SELECT '2023-11-14T22:13:20.123Z'::timestamptz")
                                .get(0)
                        + ",[1, 2],{\"x\": 3}");
        assertThat(postgres.query("SELECT count(*) FROM \"all types\" WHERE i IS NULL AND list IS NULL"))
                .containsExactly("1");
    }

    @Test
    void aTimestampWithoutAZoneIsUtcAndTextsGoIntoWhatReadsThem() {
        RowType type = RowType.of(Column.of("at", Scalar.TIMESTAMP), Column.of("id", Scalar.VARCHAR));
        postgres.run("CREATE TABLE t (at TIMESTAMP, id UUID)");
        External writer = open(type, "table", "public.t");
        writer.durableSequence();
        writer.write(1, MutableRow.of(type, 0L, "00000000-0000-0000-0000-0000000000ff"), 0);
        writer.commit(1, true);
        assertThat(postgres.query("SELECT * FROM t"))
                .containsExactly("1970-01-01 00:00:00,00000000-0000-0000-0000-0000000000ff");
    }

    @Test
    void aTableThatDoesNotTakeTheRowsIsRefusedAtTheStart() {
        refused(
                false,
                () -> open(NUMBERS, "table", "Numbers").durableSequence(),
                "there is no table public.Numbers; did you mean 'numbers'?",
                "CREATE TABLE \"public\".\"Numbers\" (\"id\" BIGINT NOT NULL, \"text\" TEXT)",
                "'create: true'");
        postgres.run(
                "CREATE TABLE odd (\"ID\" BIGINT, text INTEGER, must TEXT NOT NULL, may TEXT NOT NULL DEFAULT '')");
        refused(
                false,
                () -> open(NUMBERS, "table", "odd").durableSequence(),
                "table public.odd does not take the rows",
                "it has no column 'id'; did you mean 'ID'?",
                "column 'text' is int4, and the rows have VARCHAR: make it TEXT, or CAST it",
                "column 'must' is NOT NULL without a default, and the rows do not have it");
        refused(
                false,
                () -> open(NUMBERS, "table", "numbers", "mode", "upsert", "key", List.of("id"))
                        .durableSequence(),
                "no primary key or unique index is over exactly (id)",
                "CREATE UNIQUE INDEX ON \"public\".\"numbers\" (\"id\")");
    }

    @Test
    void aRowThatDoesNotFitIsNamedAndNothingOfItsTransactionStays() {
        External writer = numbers();
        writer.durableSequence();
        write(writer, 1, 2);
        writer.write(3, row(3, "far too long for it"), 0);
        writer.write(4, row(4, "n4"), 0);
        refused(
                false,
                () -> writer.commit(4, true),
                "row 3 of slot 1 does not go into table numbers",
                "value too long",
                "it goes on with this row");
        assertThat(ids()).isEmpty();
        postgres.run("ALTER TABLE numbers ALTER COLUMN text TYPE TEXT");
        External again = numbers();
        assertThat(again.durableSequence()).isZero();
        write(again, 1, 4);
        again.commit(4, true);
        assertThat(ids()).isEqualTo(upTo(4));
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        String url = postgres.url().replace("/postgres", "/nowhere");
        Login login = new Login(url, java.util.Optional.of("postgres"), java.util.Optional.of(SECRET));
        Target target = new Target("jdbc sink 'rows': ", login, "numbers", false, List.of(), false, NUMBERS);
        Pools pools = new Pools(new Drivers());
        try (External writer = new JdbcWriter(
                target,
                new ProgressTable.Key("p", "rows", 0, "run"),
                pools.lease(login, Dialect.POSTGRESQL, target.where()))) {
            refused(false, writer::durableSequence, "database \"nowhere\" does not exist");
        }
        assertThat(login.toString()).isEqualTo("Login[jdbc:postgresql]");
    }
}
