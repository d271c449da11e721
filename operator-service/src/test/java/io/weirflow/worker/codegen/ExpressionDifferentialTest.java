package io.weirflow.worker.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.testkit.seed.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compiled classes against the {@link Interpreter}, on random trees and rows. */
final class ExpressionDifferentialTest {

    private static final String FAILED = "failed";
    private static final int SEEDS = 60;
    private static final int TREES = 20;
    private static final int ROWS = 40;

    private final ExpressionCompiler compiler = new ExpressionCompiler();

    @Seeded(seeds = SEEDS)
    void mappersAgree(long seed) {
        RandomExpressions random = new RandomExpressions(seed);
        int failures = 0;
        int nulls = 0;
        int values = 0;
        for (int tree = 0; tree < TREES; tree++) {
            DataType type = RandomExpressions.TYPES.get(tree % RandomExpressions.TYPES.size());
            Expr expression = random.expression(type, 1 + tree / 4);
            RowMapper mapper = compiler.mapper(List.of(expression));
            for (int i = 0; i < ROWS; i++) {
                MutableRow row = random.row();
                Object expected = interpreted(expression, row);
                Object actual = compiled(mapper, row, type);
                assertThat(agree(expected, actual))
                        .as("seed %d: %s over %s: interpreted %s, compiled %s", seed, expression, row, expected, actual)
                        .isTrue();
                failures += FAILED.equals(expected) ? 1 : 0;
                nulls += expected == null ? 1 : 0;
                values += expected != null ? 1 : 0;
            }
        }
        assertThat(List.of(failures, nulls, values)).as("a fair mix").allMatch(count -> count > 10);
    }

    @Seeded(seeds = SEEDS)
    void predicatesAgree(long seed) {
        RandomExpressions random = new RandomExpressions(seed + 1_000_000);
        for (int tree = 0; tree < TREES; tree++) {
            Expr condition = random.expression(Scalar.BOOLEAN, 1 + tree / 4);
            RowPredicate predicate = compiler.predicate(condition);
            for (int i = 0; i < ROWS; i++) {
                MutableRow row = random.row();
                Object value = interpreted(condition, row);
                Object expected = FAILED.equals(value) ? FAILED : Boolean.TRUE.equals(value);
                assertThat(tested(predicate, row))
                        .as("seed %d: %s over %s", seed, condition, row)
                        .isEqualTo(expected);
            }
        }
    }

    /** Many columns in one class: they are divided between methods and must not touch each other's variables. */
    @Seeded(seeds = SEEDS / 3)
    void manyColumnsAgree(long seed) {
        RandomExpressions random = new RandomExpressions(seed + 2_000_000);
        List<Expr> expressions = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            expressions.add(random.expression(RandomExpressions.TYPES.get(i % RandomExpressions.TYPES.size()), 2));
        }
        for (int i = 0; i < ROWS; i++) {
            MutableRow row = random.row();
            List<Expr> sound = expressions.stream()
                    .filter(expression -> !FAILED.equals(interpreted(expression, row)))
                    .toList();
            MutableRow out = new MutableRow(sound.size());
            assertThat(tryMap(compiler.mapper(sound), row, out)).isTrue();
            for (int c = 0; c < sound.size(); c++) {
                Object actual = Values.get(out, c, sound.get(c).type());
                assertThat(agree(interpreted(sound.get(c), row), actual))
                        .as("seed %d: %s over %s gives %s", seed, sound.get(c), row, actual)
                        .isTrue();
            }
        }
    }

    private static boolean agree(@Nullable Object expected, @Nullable Object actual) {
        return expected instanceof Double a && actual instanceof Double b
                ? a + 0.0 == b + 0.0 || (a.isNaN() && b.isNaN())
                : Objects.equals(expected, actual);
    }

    private static @Nullable Object interpreted(Expr expression, Row row) {
        try {
            return new Interpreter(row).evaluate(expression);
        } catch (Interpreter.Failure e) {
            return FAILED;
        }
    }

    private static @Nullable Object compiled(RowMapper mapper, Row row, DataType type) {
        MutableRow out = new MutableRow(1);
        return tryMap(mapper, row, out) ? Values.get(out, 0, type) : FAILED;
    }

    private static boolean tryMap(RowMapper mapper, Row row, MutableRow out) {
        try {
            mapper.map(row, out);
            return true;
        } catch (RowException e) {
            return false;
        }
    }

    private static Object tested(RowPredicate predicate, Row row) {
        try {
            return predicate.test(row);
        } catch (RowException e) {
            return FAILED;
        }
    }
}
