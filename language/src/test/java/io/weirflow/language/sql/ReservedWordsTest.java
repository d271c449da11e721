package io.weirflow.language.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Array;
import io.weirflow.api.type.DataType.MapOf;
import io.weirflow.api.type.DataType.RowOf;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.calcite.sql.parser.SqlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns may have the name of any word that Calcite reserves. */
class ReservedWordsTest {

    /** Words that begin, join or end an expression, so that they cannot be told from a column: these need quotes. */
    private static final Set<String> NEED_QUOTES =
            Set.of("case", "cast", "exists", "false", "not", "null", "true", "unknown");

    private final SqlCompiler compiler = new SqlCompiler();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s > 5",
                "1 + %s",
                "ABS(%s)",
                "x = 1 AND %s = x OR %s IS NULL",
                "CASE WHEN %s = 1 THEN %s ELSE %s END",
                "%s BETWEEN %s AND %s + 1",
                "%s IN (%s, 2)",
                "COALESCE(x, %s) * -%s"
            })
    void everyReservedWordIsAColumn(String form) {
        Set<String> refused = new TreeSet<>();
        for (String word : reservedWords()) {
            RowType row = RowType.of(Column.of(word, Scalar.INTEGER), Column.of("x", Scalar.INTEGER));
            String unquoted = form.replace("%s", word);
            String quoted = form.replace("%s", '"' + word + '"');
            SqlResult<Expr> expected = compiler.scalar(quoted, row);
            assertThat(expected).as(quoted).isInstanceOf(SqlResult.Ok.class);
            if (!compiler.scalar(unquoted, row).equals(expected)) {
                refused.add(word);
            }
        }
        assertThat(refused).isSubsetOf(NEED_QUOTES);
    }

    @Test
    void keywordsStayKeywordsBesideColumnsOfTheirName() {
        RowType row = RowType.of(
                Column.of("date", Scalar.DATE),
                Column.of("timestamp", Scalar.TIMESTAMP),
                Column.of("year", Scalar.INTEGER),
                Column.of("hour", Scalar.INTEGER),
                Column.of("minute", Scalar.INTEGER),
                Column.of("value", Scalar.VARCHAR),
                Column.of("count", Scalar.BIGINT),
                Column.of("left", Scalar.VARCHAR));

        assertThat(text("date = DATE '2026-01-01'", row)).isEqualTo("EQ(date, 20454:DATE)");
        assertThat(text("date '2026-01-01' < date", row)).isEqualTo("LT(20454:DATE, date)");
        assertThat(text("CAST(value AS date) = date", row)).isEqualTo("EQ(CAST(value AS DATE), date)");
        assertThat(text("EXTRACT(year FROM date) = year", row))
                .isEqualTo("EQ(EXTRACT('YEAR', date), CAST(year AS BIGINT))");
        assertThat(text("year(date) = year", row)).isEqualTo("EQ(EXTRACT('YEAR', date), CAST(year AS BIGINT))");
        assertThat(text("FLOOR(timestamp TO hour)", row)).isEqualTo("DATE_TRUNC('HOUR', timestamp)");
        assertThat(text("timestamp + INTERVAL minute MINUTE", row))
                .isEqualTo("TIMESTAMP_ADD('MILLISECOND', TIMES(CAST(minute AS BIGINT), 60000:BIGINT), timestamp)");
        assertThat(text("timestamp + INTERVAL '5' minute", row))
                .isEqualTo("TIMESTAMP_ADD('MILLISECOND', 300000:BIGINT, timestamp)");
        assertThat(text("TIMESTAMPADD(hour, hour, timestamp)", row))
                .isEqualTo("TIMESTAMP_ADD('HOUR', CAST(hour AS BIGINT), timestamp)");
        assertThat(text("LEFT(left, 2) || value", row)).isEqualTo("CONCAT(LEFT(left, 2), value)");
    }

    @Test
    void fieldsAndCollectionsMayHaveReservedNames() {
        RowType row = RowType.of(
                Column.of(
                        "row",
                        new RowOf(RowType.of(Column.of("order", Scalar.INTEGER), Column.of("x", Scalar.INTEGER)))),
                Column.of("map", new MapOf(Scalar.DOUBLE)),
                Column.of("array", new Array(Scalar.VARCHAR)));

        assertThat(text("row.order + row.x", row)).isEqualTo("PLUS(row.order, row.x)");
        assertThat(text("map['k']", row)).isEqualTo("ITEM(map, 'k')");
        assertThat(text("array[1]", row)).isEqualTo("ITEM(array, 1)");
    }

    private String text(String sql, RowType row) {
        SqlResult<Expr> result = compiler.scalar(sql, row);
        return result instanceof SqlResult.Ok<Expr> ok
                ? ExprText.of(ok.value(), row)
                : SqlCompilerTest.shown(((SqlResult.Failed<Expr>) result).problems());
    }

    private static List<String> reservedWords() {
        SqlAbstractParserImpl.Metadata metadata = SqlParser.create("").getMetadata();
        return metadata.getTokens().stream()
                .filter(metadata::isReservedWord)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> word.matches("[a-z_]+"))
                .sorted()
                .collect(Collectors.toList());
    }
}
