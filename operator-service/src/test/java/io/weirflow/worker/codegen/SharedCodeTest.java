package io.weirflow.worker.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Slots of a stage share what is compiled for it, each from a plan of its own that is equal. */
final class SharedCodeTest {

    private final ExpressionCompiler compiler = new ExpressionCompiler();

    private static Expr large(long than) {
        Expr column = new Expr.ColumnRef(0, Scalar.BIGINT, false);
        return new Expr.Call(Function.GT, List.of(column, Expr.Literal.of(than)), Scalar.BOOLEAN, false);
    }

    @Test
    void equalExpressionsAreCompiledOnce() {
        assertThat(compiler.predicate(large(5))).isSameAs(compiler.predicate(large(5)));
        assertThat(compiler.predicate(large(5))).isNotSameAs(compiler.predicate(large(6)));
        assertThat(compiler.mapper(List.of(large(5)))).isSameAs(compiler.mapper(List.of(large(5))));
        assertThat(compiler.mapper(List.of(large(5)))).isNotSameAs(compiler.mapper(List.of(large(5), large(5))));
    }

    @Test
    void codecsOfOneTypeAreCompiledOnce() {
        RowType type = RowType.of(new Column("id", Scalar.BIGINT, false));
        RowType same = RowType.of(new Column("id", Scalar.BIGINT, false));
        assertThat(compiler.codecs().reader(type)).isSameAs(compiler.codecs().reader(same));
        assertThat(compiler.codecs().writer(type)).isSameAs(compiler.codecs().writer(same));
        assertThat(compiler.codecs().writer(type, new int[] {1}))
                .isNotSameAs(compiler.codecs().writer(type, new int[] {2}));
    }

    @Test
    void runsOfStepsAreCompiledOnce() {
        List<StepSpec> run = List.of(
                new StepSpec.Filter(large(1)), new StepSpec.Project(new Projection(List.of("b"), List.of(large(2)))));
        List<StepSpec> same = List.of(
                new StepSpec.Filter(large(1)), new StepSpec.Project(new Projection(List.of("b"), List.of(large(2)))));
        assertThat(compiler.chains().fuse(1, run))
                .containsSame(compiler.chains().fuse(1, same).orElseThrow());
        assertThat(compiler.chains().fuse(1, run))
                .isNotEqualTo(compiler.chains().fuse(1, run.subList(0, 1)));
    }
}
