package io.weirflow.benchmarks.kernels;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.codegen.RowMapper;
import io.weirflow.worker.codegen.RowPredicate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A compiled condition and a compiled projection. */
@State(Scope.Thread)
public class ExpressionKernel {

    private final RowPredicate condition;
    private final RowMapper projection;
    private final MutableRow[] bids;
    private final MutableRow out;
    private int next;

    public ExpressionKernel() {
        Step filter = Plans.step("filter", StepSpec.Filter.class);
        Step project = Plans.step("filter", StepSpec.Project.class);
        if (!(filter.spec() instanceof StepSpec.Filter where) || !(project.spec() instanceof StepSpec.Project select)) {
            throw new IllegalStateException("the pipeline has other steps");
        }
        ExpressionCompiler compiler = new ExpressionCompiler();
        condition = compiler.predicate(where.condition());
        projection = compiler.mapper(select.projection().expressions());
        bids = Rows.of(filter.inputType());
        out = new MutableRow(project.rowType().size());
    }

    /** {@code price >= 3000000}. */
    @Benchmark
    public boolean filter() throws RowException {
        return condition.test(bids[next++ & (Plans.ROWS - 1)]);
    }

    /** Four of seven columns. */
    @Benchmark
    public MutableRow project() throws RowException {
        projection.map(bids[next++ & (Plans.ROWS - 1)], out);
        return out;
    }
}
