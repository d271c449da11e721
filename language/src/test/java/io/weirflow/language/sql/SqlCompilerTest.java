package io.weirflow.language.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Expr;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** SQL text to tree, type and nullability, or to a problem with its place: one row of a table each. */
class SqlCompilerTest {
    private final SqlCompiler compiler = new SqlCompiler();

    static List<Arguments> expressions() {
        return Tables.read("/sql/expressions.txt");
    }

    static List<Arguments> mistakes() {
        return Tables.read("/sql/mistakes.txt");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("expressions")
    void compiles(String sql, String type, String tree) {
        SqlResult<Expr> result = compiler.scalar(sql, TestRows.ROW);

        assertThat(shown(result)).isEqualTo(type + " => " + tree);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void refuses(String sql, String problems) {
        assertThat(shown(compiler.scalar(sql, TestRows.ROW))).isEqualTo(problems);
    }

    @Test
    void aConditionIsBoolean() {
        assertThat(shown(compiler.condition("status > 1", TestRows.ROW))).isEqualTo("BOOLEAN => GT(status, 1)");
        assertThat(shown(compiler.condition("NULL", TestRows.ROW))).isEqualTo("BOOLEAN => null:BOOLEAN");
        assertThat(shown(compiler.condition("status", TestRows.ROW)))
                .isEqualTo("WF-1206 1:1 a condition is BOOLEAN, and this is INTEGER");
    }

    @Test
    void placesAreInLinesOfTheText() {
        assertThat(shown(compiler.scalar("status > 1\n  AND hots = 'a'\r\n  OR `n` = mm", TestRows.ROW)))
                .isEqualTo("WF-1203 2:7 unknown column 'hots' [host]; WF-1203 3:12 unknown column 'mm'");
    }

    static String shown(SqlResult<Expr> result) {
        if (result instanceof SqlResult.Failed<Expr> failed) {
            return shown(failed.problems());
        }
        Expr expr = ((SqlResult.Ok<Expr>) result).value();
        return expr.type().sql() + (expr.nullable() ? "" : " NOT NULL") + " => " + ExprText.of(expr, TestRows.ROW);
    }

    static String shown(List<SqlProblem> problems) {
        return String.join(
                "; ",
                problems.stream()
                        .map(problem -> (problem.item().isEmpty() ? "" : problem.item() + ": ") + problem.code() + " "
                                + problem.line() + ":" + problem.column() + " " + problem.message()
                                + (problem.suggestion().isEmpty() ? "" : " [" + problem.suggestion() + "]"))
                        .toList());
    }
}
