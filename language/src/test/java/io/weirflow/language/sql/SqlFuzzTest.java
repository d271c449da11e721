package io.weirflow.language.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ValueSource;

/** No text makes the compiler throw: it is compiled, or refused with problems that have a place and speak plainly. */
class SqlFuzzTest {
    private static final String[] PIECES = {
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "*",
        "+",
        "-",
        "/",
        "%",
        "=",
        "<>",
        "<",
        "||",
        "'",
        "\"",
        "`",
        "'x'",
        "\"host\"",
        "1",
        "2.5",
        "1e3",
        "99999999999",
        "NULL",
        "TRUE",
        "AND",
        "OR",
        "NOT",
        "IS",
        "IN",
        "BETWEEN",
        "LIKE",
        "ESCAPE",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "CAST",
        "AS",
        "INTEGER",
        "DECIMAL(5,2)",
        "INTERVAL",
        "DAY",
        "MINUTE",
        "TIMESTAMP",
        "DATE",
        "EXTRACT",
        "FROM",
        "FLOOR",
        "TO",
        "SUM",
        "COUNT",
        "FILTER",
        "WHERE",
        "DISTINCT",
        "OVER",
        "SELECT",
        "VALUES",
        "ROW",
        "ARRAY",
        "MAP",
        "host",
        "status",
        "ts",
        "r",
        "tags",
        "labels",
        "flag",
        "price",
        "LOWER",
        "TRIM",
        "BOTH",
        "COALESCE",
        "{",
        "}",
        "?",
        ":",
        ";",
        "--",
        "/*",
        "*/",
        "\n",
        "\\",
        "\u0000",
        "日本",
        "🙂",
        "U&",
        "X",
        "_latin1",
        "WITHIN",
        "GROUP",
        "ORDER",
        "BY",
        "WITH",
        "UNIQUE",
        "MULTISET",
        "PERIOD",
        "CURSOR",
        "$"
    };

    private final SqlCompiler compiler = new SqlCompiler();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void piecesInAnyOrder(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            StringBuilder sql = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                sql.append(PIECES[random.nextInt(PIECES.length)]).append(random.nextInt(4) == 0 ? "" : " ");
            }
            check(sql.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void goodExpressionsWithDamage(long seed) {
        Random random = new Random(seed);
        List<String> good = new ArrayList<>();
        for (Arguments arguments : Tables.read("/sql/expressions.txt")) {
            good.add((String) arguments.get()[0]);
        }
        for (int i = 0; i < 600; i++) {
            StringBuilder sql = new StringBuilder(good.get(random.nextInt(good.size())));
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(sql.length() + 1);
                switch (random.nextInt(3)) {
                    case 0 -> sql.delete(at, Math.min(sql.length(), at + 1 + random.nextInt(4)));
                    case 1 -> sql.insert(at, PIECES[random.nextInt(PIECES.length)]);
                    default -> sql.insert(at, (char) random.nextInt(random.nextBoolean() ? 128 : 0xffff));
                }
            }
            check(sql.toString());
        }
    }

    @Test
    void hugeAndDeepTexts() {
        for (String sql : List.of(
                "(".repeat(50_000),
                "(".repeat(90) + "1" + ")".repeat(90),
                "NOT ".repeat(9_000) + "flag",
                "- ".repeat(9_000) + "1",
                "1" + " + 1".repeat(4_900),
                "1" + " + 1".repeat(300),
                "flag" + " AND flag".repeat(4_900),
                "'a'" + " || 'b'".repeat(4_900),
                "1 = 1" + " = TRUE".repeat(4_000),
                "CASE WHEN flag THEN ".repeat(3_000),
                "x".repeat(100_000),
                "'" + "y".repeat(60_000) + "'",
                "status IN (" + "1, ".repeat(4_900) + "2)",
                "status" + " IS NULL".repeat(3_000),
                "REGEXP_LIKE(host, '" + "(".repeat(30_000) + ")".repeat(30_000) + "')",
                "JSON_VALUE(json, '$" + ".a".repeat(30_000) + "')",
                "FORMAT_TIMESTAMP(ts, '" + "[".repeat(30_000) + "')",
                nestedBetween(60))) {
            check(sql);
        }
        assertThat(compiler.scalar("flag" + " AND flag".repeat(1_000), TestRows.ROW))
                .isInstanceOf(SqlResult.Ok.class);
    }

    private static String nestedBetween(int depth) {
        return "(".repeat(depth) + "flag" + " BETWEEN FALSE AND TRUE)".repeat(depth);
    }

    private void check(String sql) {
        SqlResult<Expr> result = compiler.scalar(sql, TestRows.ROW);
        if (result instanceof SqlResult.Failed<Expr> failed) {
            checkProblems(sql, failed.problems());
        }
        SqlResult<GroupSelect> group = compiler.group(List.of("host"), Map.of("x", sql), TestRows.ROW, true);
        if (group instanceof SqlResult.Failed<GroupSelect> failed) {
            checkProblems(sql, failed.problems());
        }
    }

    private static void checkProblems(String sql, List<SqlProblem> problems) {
        long lines = sql.chars().filter(c -> c == '\n' || c == '\r').count() + 1;
        for (SqlProblem problem : problems) {
            assertThat(problem.code()).as(sql).matches("WF-12\\d\\d");
            assertThat(problem.line()).as(sql).isBetween(1, (int) lines);
            assertThat(problem.column()).as(sql).isBetween(1, sql.length() + 1);
            assertThat(problem.message())
                    .as(sql)
                    .isNotBlank()
                    .doesNotContain("calcite", "Exception", "Was expecting")
                    .hasSizeLessThanOrEqualTo(500);
        }
    }
}
