package io.weirflow.worker.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Trees beyond the limits of one method. Column 0 is 1, column 1 is NULL, column 2 is "x". */
final class LargeExpressionTest {

    private static final Expr ONE = new Expr.ColumnRef(0, Scalar.BIGINT, true);
    private static final Expr NONE = new Expr.ColumnRef(1, Scalar.BIGINT, true);
    private static final Expr TEXT = new Expr.ColumnRef(2, Scalar.VARCHAR, false);
    private static final Expr FAILS = call(Function.DIVIDE, Scalar.BIGINT, ONE, Expr.Literal.of(0L));

    private final ExpressionCompiler compiler = new ExpressionCompiler();

    private static Expr call(Function function, DataType type, Expr... arguments) {
        return new Expr.Call(function, List.of(arguments), type, true);
    }

    private static Row row() {
        MutableRow row = new MutableRow(3);
        row.setLong(0, 1);
        row.setObject(2, "x");
        return row;
    }

    private MutableRow map(Expr... expressions) throws RowException {
        MutableRow out = new MutableRow(expressions.length);
        compiler.mapper(List.of(expressions)).map(row(), out);
        return out;
    }

    /** 2^13 leaves in a balanced tree. */
    private static Expr sum(Expr leaf, int levels) {
        List<Expr> level = new ArrayList<>();
        IntStream.range(0, 1 << levels).forEach(i -> level.add(leaf));
        while (level.size() > 1) {
            List<Expr> next = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                next.add(call(Function.PLUS, Scalar.BIGINT, level.get(i), level.get(i + 1)));
            }
            level.clear();
            level.addAll(next);
        }
        return level.get(0);
    }

    @Test
    void broadSums() throws RowException {
        assertThat(map(sum(ONE, 13)).getLong(0)).isEqualTo(1 << 13);
        assertThat(map(call(Function.PLUS, Scalar.BIGINT, sum(ONE, 12), sum(NONE, 10)))
                        .isNull(0))
                .isTrue();
    }

    @Test
    void deepSums() throws RowException {
        Expr left = ONE;
        Expr right = ONE;
        for (int i = 0; i < 1_500; i++) {
            left = call(Function.PLUS, Scalar.BIGINT, left, ONE);
            right = call(Function.PLUS, Scalar.BIGINT, ONE, right);
        }
        MutableRow out = map(left, right);
        assertThat(out.getLong(0)).isEqualTo(1_501);
        assertThat(out.getLong(1)).isEqualTo(1_501);
    }

    @Test
    void wideConditions() throws RowException {
        List<Expr> operands = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            operands.add(call(Function.EQ, Scalar.BOOLEAN, ONE, Expr.Literal.of((long) i + 2)));
        }
        Expr or = new Expr.Call(Function.OR, operands, Scalar.BOOLEAN, true);
        assertThat(compiler.predicate(or).test(row())).isFalse();
        operands.add(call(Function.EQ, Scalar.BOOLEAN, ONE, ONE));
        operands.add(call(Function.EQ, Scalar.BOOLEAN, ONE, FAILS));
        Expr decided = new Expr.Call(Function.OR, operands, Scalar.BOOLEAN, true);
        assertThat(compiler.predicate(decided).test(row())).isTrue();
        Expr failing = new Expr.Call(Function.AND, operands.subList(5_000, 5_002), Scalar.BOOLEAN, true);
        assertThatThrownBy(() -> compiler.predicate(failing).test(row())).hasMessage("division by zero");
    }

    @Test
    void manyBranches() throws RowException {
        List<Expr.Branch> branches = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            Expr condition = call(Function.EQ, Scalar.BOOLEAN, ONE, Expr.Literal.of(3_000L - i));
            branches.add(new Expr.Branch(condition, Expr.Literal.of("branch " + i)));
        }
        Expr choice = new Expr.Case(branches, Expr.Literal.of("none"), Scalar.VARCHAR, false);
        assertThat(map(choice).getString(0)).isEqualTo("branch 2999");
    }

    @Test
    void longListsAndConcatenations() throws RowException {
        List<Expr> words = new ArrayList<>(List.of(TEXT));
        IntStream.range(0, 20_000).forEach(i -> words.add(Expr.Literal.of("w" + i)));
        Expr in = new Expr.Call(Function.IN, words, Scalar.BOOLEAN, false);
        Expr concat = new Expr.Call(Function.CONCAT, words.subList(0, 4_000), Scalar.VARCHAR, false);
        List<Expr> columns = new ArrayList<>(List.of(ONE));
        IntStream.range(0, 500).forEach(i -> columns.add(NONE));
        columns.add(ONE);
        Expr inColumns = new Expr.Call(Function.IN, columns, Scalar.BOOLEAN, true);
        MutableRow out = map(in, concat, inColumns, Expr.Literal.of("\u20ac".repeat(50_000)));
        assertThat(out.getBoolean(0)).isFalse();
        assertThat(out.getString(1)).startsWith("xw0w1").endsWith("w3998");
        assertThat(out.getBoolean(2)).isTrue();
        assertThat(out.getString(3)).hasSize(50_000);
    }

    @Test
    void hundredsOfColumns() throws RowException {
        Expr[] columns = new Expr[1_000];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = i % 3 == 0 ? NONE : call(Function.TIMES, Scalar.BIGINT, ONE, Expr.Literal.of((long) i));
        }
        MutableRow out = map(columns);
        assertThat(out.isNull(999)).isTrue();
        assertThat(out.getLong(998)).isEqualTo(998);
    }

    /** Every type crosses from one method to another, with and without NULL. */
    @Test
    void allTypesCrossMethods() throws RowException {
        Expr ballast = call(
                Function.EQ, Scalar.BOOLEAN, sum(new Expr.ColumnRef(4, Scalar.BIGINT, true), 7), Expr.Literal.of(128L));
        for (DataType type : RandomExpressions.TYPES) {
            Expr column = new Expr.ColumnRef(RandomExpressions.TYPES.indexOf(type) * 2, type, true);
            Expr heavy = new Expr.Case(List.of(new Expr.Branch(ballast, column)), column, type, true);
            Expr both = call(
                    Function.IS_NOT_DISTINCT_FROM, Scalar.BOOLEAN, call(Function.COALESCE, type, heavy, heavy), column);
            RowPredicate predicate = compiler.predicate(both);
            for (int seed = 0; seed < 30; seed++) {
                MutableRow row = new RandomExpressions(seed).row();
                row.setLong(4, 1);
                assertThat(predicate.test(row)).as("%s %s", type, row).isTrue();
            }
        }
    }
}
