package io.weirflow.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter.External;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.format.JsonFormat;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class JdbcSinkTest {

    private static final RowType TYPE = RowType.of(
            Column.required("ID", Scalar.BIGINT),
            Column.of("NAME", Scalar.VARCHAR),
            Column.of("PRICE", new Decimal(8, 2)),
            Column.of("AT", Scalar.TIMESTAMP));
    private static final String H2 = "jdbc:h2:mem:sink;DB_CLOSE_DELAY=-1";

    private final JdbcConnector connector = new JdbcConnector();
    private final SinkConnector sink = connector.sink().orElseThrow();

    private List<String> problems(Object... options) {
        return sink.check(Kit.options(options), TYPE).stream()
                .map(OptionProblem::option)
                .toList();
    }

    @Test
    void checksOptions() {
        SecretRef secret = new SecretRef("${X}");
        assertThat(problems("url", "jdbc:postgresql://h/d", "table", "t", "password", secret))
                .isEmpty();
        assertThat(problems("url", secret, "table", "s.t", "mode", "upsert", "key", List.of("ID")))
                .isEmpty();
        assertThat(problems("url", "postgresql://h/d", "table", " ")).containsExactly("url", "table");
        assertThat(problems("url", "jdbc:postgresql://h/d?user=a&password=b", "table", "t", "password", "b"))
                .as("passwords in the file")
                .containsExactly("url", "password");
        assertThat(problems("url", secret, "table", "t", "mode", "upsert")).containsExactly("key");
        assertThat(problems("url", secret, "table", "t", "key", List.of("ID"))).containsExactly("key");
        assertThat(problems("url", secret, "table", "t", "mode", "upsert", "key", List.of("id", "ID", "ID")))
                .containsExactly("key", "key");
        assertThat(problems("url", H2, "table", "t", "mode", "upsert", "key", List.of("ID")))
                .containsExactly("mode");
        assertThat(sink.guarantees()).contains(Guarantee.EXACTLY_ONCE);
        assertThat(sink.takesFormat()).isFalse();
    }

    private SinkContext context(Object... options) {
        return new SinkContext(
                "p",
                "run-1",
                "prices",
                Kit.options(options),
                new JsonFormat().encoder(Options.NONE, TYPE).orElseThrow(),
                TYPE,
                Guarantee.EXACTLY_ONCE,
                1,
                Path.of("."),
                KafkaAccess.open("localhost:1"),
                secret -> "a-secret");
    }

    @Test
    void aUrlWithoutADriverIsToldAndItsRestIsNot() {
        assertThatThrownBy(() -> sink.prepare(context("url", "jdbc:nosuch:hidden", "table", "t")))
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.retriable()).isFalse())
                .hasMessageContainingAll("jdbc sink 'prices'", "no driver for 'jdbc:nosuch'", "--plugins")
                .message()
                .doesNotContain("hidden");
    }

    /** H2 is no dependency of the sink: it stands for any driver that a user brings along. */
    @Test
    void aDriverOfThePluginPathIsFoundAndRowsAreAppendedInPlainSql() throws Exception {
        URL jar = org.h2.Driver.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader plugins = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader())) {
            connector.plugins(plugins);
            SinkContext context = context("url", H2, "table", "PRICES", "create", true);
            sink.prepare(context);
            try (External writer = (External) sink.open(context, 0)) {
                assertThat(writer.durableSequence()).isZero();
                writer.write(1, MutableRow.of(TYPE, 1L, "a", new java.math.BigDecimal("9.99"), 0L), 0);
                writer.write(2, MutableRow.of(TYPE, 2L, null, null, null), 0);
                assertThat(writer.commit(2, true)).isEqualTo(2);
            }
            try (External again = (External) sink.open(context, 0)) {
                assertThat(again.durableSequence()).isEqualTo(2);
            }
            Driver driver =
                    (Driver) plugins.loadClass("org.h2.Driver").getConstructor().newInstance();
            assertThat(count(driver)).isEqualTo(2);
        }
    }

    private static int count(Driver driver) throws SQLException {
        try (Connection connection = driver.connect(H2, new Properties());
                ResultSet found = connection.createStatement().executeQuery("SELECT COUNT(*) FROM PRICES")) {
            found.next();
            return found.getInt(1);
        }
    }

    @Test
    void aColumnTakesATypeOnlyWhenAllItsValuesFit() {
        assertThat(column(Types.NUMERIC, "numeric", 10, 2).takes(new Decimal(10, 2)))
                .isTrue();
        assertThat(column(Types.NUMERIC, "numeric", 10, 2).takes(new Decimal(10, 3)))
                .isFalse();
        assertThat(column(Types.NUMERIC, "numeric", 10, 2).takes(new Decimal(11, 2)))
                .isFalse();
        assertThat(column(Types.NUMERIC, "numeric", 131_089, 0).takes(new Decimal(38, 10)))
                .isTrue();
        assertThat(column(Types.INTEGER, "int4", 10, 0).takes(Scalar.BIGINT)).isFalse();
        assertThat(column(Types.BIGINT, "int8", 19, 0).takes(Scalar.INTEGER)).isTrue();
        assertThat(column(Types.REAL, "float4", 8, 8).takes(Scalar.DOUBLE)).isFalse();
        assertThat(column(Types.BIT, "bool", 1, 0).takes(Scalar.BOOLEAN)).isTrue();
        assertThat(column(Types.BIT, "bit", 8, 0).takes(Scalar.BOOLEAN)).isFalse();
        assertThat(column(Types.OTHER, "jsonb", 0, 0).takes(Scalar.VARCHAR)).isTrue();
        assertThat(column(Types.OTHER, "inet", 0, 0).takes(Scalar.VARCHAR)).isFalse();
        assertThat(column(Types.DATE, "date", 0, 0).takes(Scalar.TIMESTAMP)).isFalse();
    }

    private static TableColumn column(int jdbcType, String typeName, int size, int scale) {
        return new TableColumn("c", jdbcType, typeName, size, scale, false, false);
    }

    @Test
    void whatMendsByItselfIsToldFromWhatDoesNot() {
        for (String state : List.of("08006", "40001", "40P01", "53300", "55P03", "57P01", "57P03", "58030")) {
            assertThat(SqlFailures.isTransient(new SQLException("x", state)))
                    .as(state)
                    .isTrue();
        }
        for (String state : List.of("22001", "23505", "28P01", "3D000", "42P01", "42501")) {
            assertThat(SqlFailures.isTransient(new SQLException("x", state)))
                    .as(state)
                    .isFalse();
        }
        SQLException pool = new java.sql.SQLTransientConnectionException(
                "the pool has none", new SQLException("FATAL: password authentication failed", "28P01"));
        assertThat(SqlFailures.isTransient(pool)).isFalse();
        assertThat(SqlFailures.of(pool, "here: ").getMessage())
                .isEqualTo("here: FATAL: password authentication failed (SQLSTATE 28P01)");
    }
}
