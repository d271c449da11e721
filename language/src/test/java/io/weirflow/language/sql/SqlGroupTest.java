package io.weirflow.language.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.type.RowType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Aggregating stages: keys, calls, and the projection over the inner row. */
class SqlGroupTest {
    private static final RowType ROW = TestRows.ROW;

    private final SqlCompiler compiler = new SqlCompiler();

    @Test
    void yieldsGroupColumnsBoundsAndSelectColumns() {
        GroupSelect group = ok(List.of("host"), select("errors", "COUNT(*)", "worst", "MAX(latency)"), true);

        assertThat(group.keys()).extracting(key -> ExprText.of(key, ROW)).containsExactly("host");
        assertThat(calls(group)).containsExactly("COUNT() BIGINT NOT NULL", "MAX(latency) DOUBLE");
        assertThat(group.result().names()).containsExactly("host", "window_start", "window_end", "errors", "worst");
        assertThat(results(group)).containsExactly("$0", "$1", "$2", "$3", "$4");
        assertThat(group.result().rowType().sql())
                .isEqualTo("host VARCHAR, window_start TIMESTAMP NOT NULL, window_end TIMESTAMP NOT NULL,"
                        + " errors BIGINT NOT NULL, worst DOUBLE");
    }

    @Test
    void withoutBoundsTheInnerRowKeepsTheirPlaces() {
        GroupSelect group = ok(List.of("host", "n"), select("total", "SUM(id)"), false);

        assertThat(group.result().names()).containsExactly("host", "n", "total");
        assertThat(results(group)).containsExactly("$0", "$1", "$4");
        assertThat(problems(List.of("host"), select("x", "window_start"), false))
                .isEqualTo("x: WF-1203 1:1 there is no 'window_start': this stage has no window of time");
    }

    @Test
    void equalCallsAreShared() {
        GroupSelect group = ok(
                List.of("host"),
                select(
                        "a", "SUM(status) * 100.0 / COUNT(*)",
                        "b", "sum(status) + COUNT(*)",
                        "c", "COUNT(*) FILTER (WHERE status > 1)",
                        "d", "COUNT(DISTINCT status)",
                        "e", "COUNT(*) FILTER (WHERE status>1) + 1"),
                true);

        assertThat(calls(group))
                .containsExactly(
                        "SUM(CAST(status AS BIGINT)) BIGINT",
                        "COUNT() BIGINT NOT NULL",
                        "COUNT() FILTER GT(status, 1) BIGINT NOT NULL",
                        "COUNT(DISTINCT status) BIGINT NOT NULL");
        assertThat(results(group).get(4)).isEqualTo("PLUS($3, $4)");
        assertThat(results(group).get(7)).isEqualTo("PLUS($5, 1:BIGINT)");
    }

    @Test
    void selectMayUseGroupColumnsAndBounds() {
        GroupSelect group = ok(
                List.of("host"),
                select(
                        "host", "host",
                        "window_end", "window_end",
                        "label", "UPPER(host) || '!'",
                        "seconds", "TIMESTAMPDIFF(SECOND, window_start, window_end)"),
                true);

        assertThat(group.result().names()).containsExactly("host", "window_start", "window_end", "label", "seconds");
        assertThat(results(group).subList(3, 5))
                .containsExactly("CONCAT(UPPER($0), '!')", "TIMESTAMP_DIFF('SECOND', $1, $2)");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            COUNT(host)                   | COUNT(host) BIGINT NOT NULL
            COUNT(ALL host)               | COUNT(host) BIGINT NOT NULL
            SUM(n)                        | SUM(CAST(n AS BIGINT)) BIGINT NOT NULL
            SUM(price)                    | SUM(price) DECIMAL(38,2)
            SUM(latency)                  | SUM(latency) DOUBLE
            SUM(DISTINCT n)               | SUM(DISTINCT CAST(n AS BIGINT)) BIGINT NOT NULL
            SUM(n) FILTER (WHERE flag)    | SUM(CAST(n AS BIGINT)) FILTER flag BIGINT
            AVG(n)                        | AVG(CAST(n AS DOUBLE)) DOUBLE NOT NULL
            AVG(price)                    | AVG(price) DECIMAL(38,6)
            MIN(DISTINCT ts)              | MIN(ts) TIMESTAMP
            MAX(name)                     | MAX(name) VARCHAR NOT NULL
            STDDEV(n)                     | STDDEV_SAMP(CAST(n AS DOUBLE)) DOUBLE
            STDDEV_POP(price)             | STDDEV_POP(CAST(price AS DOUBLE)) DOUBLE
            VARIANCE(latency)             | VAR_SAMP(latency) DOUBLE
            VAR_POP(n)                    | VAR_POP(CAST(n AS DOUBLE)) DOUBLE NOT NULL
            FIRST_VALUE(price)            | FIRST_VALUE(price) DECIMAL(10,2)
            LAST_VALUE(r) IGNORE NULLS    | LAST_VALUE(r) ROW<a INTEGER, b VARCHAR NOT NULL, date DATE>
            PERCENTILE(latency, 0.99)     | PERCENTILE(latency, 0.99:DOUBLE) DOUBLE
            PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY n) | PERCENTILE(CAST(n AS DOUBLE), 0.5:DOUBLE) DOUBLE NOT NULL
            MEDIAN(latency)               | PERCENTILE(latency, 0.5:DOUBLE) DOUBLE
            PERCENTILE_CONT(1) WITHIN GROUP (ORDER BY n) FILTER (WHERE flag) | PERCENTILE(CAST(n AS DOUBLE), 1.0:DOUBLE) FILTER flag DOUBLE
            """)
    void types(String sql, String expected) {
        assertThat(calls(ok(List.of("host"), select("x", sql), true))).containsExactly(expected);
    }

    @Test
    void withoutGroupColumnsTheOneGroupMayBeEmpty() {
        assertThat(calls(ok(List.of(), select("x", "SUM(n)"), true))).containsExactly("SUM(CAST(n AS BIGINT)) BIGINT");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            status                  | x: WF-1208 1:1 column 'status' is neither in group_by nor inside an aggregate [add it to group_by, or write for example LAST_VALUE(status)]
            statsu + SUM(statsu)    | x: WF-1203 1:1 unknown column 'statsu' [status]; x: WF-1203 1:14 unknown column 'statsu' [status]
            SUM(MAX(n))             | x: WF-1207 1:5 an aggregate cannot stand inside another; aggregate twice in two stages
            SUM(host)               | x: WF-1205 1:1 SUM wants a number as argument 1, not VARCHAR
            MAX(tags)               | x: WF-1205 1:1 MAX wants values that have an order, not ARRAY<VARCHAR>
            SUM(*)                  | x: WF-1205 1:1 SUM takes no '*'; only COUNT does
            COUNT(DISTINCT *)       | x: WF-1201 1:16 unexpected '*' after 'DISTINCT'
            SUM()                   | x: WF-1205 1:1 SUM takes 1 argument, not 0
            PERCENTILE(latency, n)  | x: WF-1205 1:1 PERCENTILE wants a constant fraction from 0 to 1, for example 0.99
            PERCENTILE(latency, 99) | x: WF-1205 1:1 PERCENTILE wants a constant fraction from 0 to 1, for example 0.99
            PERCENTILE_CONT(0.5)    | x: WF-1205 1:1 PERCENTILE_CONT is written PERCENTILE_CONT(0.99) WITHIN GROUP (ORDER BY x)
            FIRST_VALUE(DISTINCT n) | x: WF-1205 1:1 FIRST_VALUE takes no DISTINCT
            FIRST_VALUE(n) RESPECT NULLS | x: WF-1210 1:16 this form of aggregate is not supported; there are f(x), f(DISTINCT x) and FILTER (WHERE ...)
            COUNT(*) FILTER (WHERE n) | x: WF-1206 1:24 FILTER (WHERE ...) wants BOOLEAN, not INTEGER
            LISTAGG(host)           | x: WF-1210 1:1 the aggregate LISTAGG is not supported; there are AVG, COUNT, FIRST_VALUE, LAST_VALUE, MAX, MEDIAN, MIN, PERCENTILE, PERCENTILE_CONT, STDDEV, STDDEV_POP, STDDEV_SAMP, SUM, VARIANCE, VAR_POP, VAR_SAMP
            COUN(n)                 | x: WF-1204 1:1 unknown function COUN [COUNT]
            SUM(n) OVER ()          | x: WF-1210 1:1 OVER is not supported; give the stage a 'window' and 'group_by'
            """)
    void mistakes(String sql, String expected) {
        assertThat(problems(List.of("host"), select("x", sql), true)).isEqualTo(expected);
    }

    @Test
    void mistakesOfAllEntriesAreCollected() {
        assertThat(problems(
                        List.of("hots", "host"),
                        select("a", "SUM(hots)", "host", "n + 1", "window_end", "MAX(ts)", "ok", "COUNT(*)"),
                        true))
                .isEqualTo("WF-1203 1:1 unknown column 'hots' [host]; a: WF-1203 1:5 unknown column 'hots' [host];"
                        + " host: WF-1208 1:1 column 'n' is neither in group_by nor inside an aggregate"
                        + " [add it to group_by, or write for example LAST_VALUE(n)];"
                        + " host: WF-1202 1:1 the output has a column 'host' already, from group_by or the window;"
                        + " window_end: WF-1202 1:1 the output has a column 'window_end' already, from group_by or the"
                        + " window");
        assertThat(problems(List.of("host", "host"), select("a", "COUNT(*)"), true))
                .isEqualTo("WF-1202 1:1 the output has a column 'host' already, from group_by or the window");
    }

    private GroupSelect ok(List<String> groupBy, Map<String, String> select, boolean withBounds) {
        SqlResult<GroupSelect> result = compiler.group(groupBy, select, ROW, withBounds);
        if (result instanceof SqlResult.Failed<GroupSelect> failed) {
            throw new AssertionError(SqlCompilerTest.shown(failed.problems()));
        }
        return ((SqlResult.Ok<GroupSelect>) result).value();
    }

    private String problems(List<String> groupBy, Map<String, String> select, boolean withBounds) {
        SqlResult<GroupSelect> result = compiler.group(groupBy, select, ROW, withBounds);
        return result instanceof SqlResult.Failed<GroupSelect> failed
                ? SqlCompilerTest.shown(failed.problems())
                : "compiled";
    }

    private static List<String> calls(GroupSelect group) {
        return group.aggregates().stream().map(call -> ExprText.of(call, ROW)).toList();
    }

    private static List<String> results(GroupSelect group) {
        return group.result().expressions().stream().map(ExprText::of).toList();
    }

    private static Map<String, String> select(String... namesAndSql) {
        Map<String, String> select = new LinkedHashMap<>();
        for (int i = 0; i < namesAndSql.length; i += 2) {
            select.put(namesAndSql[i], namesAndSql[i + 1]);
        }
        return select;
    }
}
