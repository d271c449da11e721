package io.weirflow.benchmarks.kernels;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.worker.codegen.ChainCompiler;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.codegen.FusedSteps;
import io.weirflow.worker.codegen.RowMapper;
import io.weirflow.worker.codegen.RowPredicate;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The chain of case e: eleven projections and eleven filters, of which 5 % of the rows pass all. */
@State(Scope.Thread)
public class ChainKernel {

    private final FusedSteps fused;
    private final RowPredicate[] filters;
    private final RowMapper[] projections;
    private final MutableRow[] results;
    private final MutableRow[] bids;
    private final MutableRow out;
    private int next;

    public ChainKernel() {
        List<Step> steps = Plans.steps("chain").stream()
                .filter(step -> step.spec() instanceof StepSpec.Filter || step.spec() instanceof StepSpec.Project)
                .toList();
        ExpressionCompiler compiler = new ExpressionCompiler();
        List<RowPredicate> where = new ArrayList<>();
        List<RowMapper> select = new ArrayList<>();
        for (Step step : steps) {
            if (step.spec() instanceof StepSpec.Filter filter) {
                where.add(compiler.predicate(filter.condition()));
            } else if (step.spec() instanceof StepSpec.Project project) {
                select.add(compiler.mapper(project.projection().expressions()));
            }
        }
        filters = where.toArray(RowPredicate[]::new);
        projections = select.toArray(RowMapper[]::new);
        int columns = steps.get(steps.size() - 1).rowType().size();
        results = new MutableRow[projections.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = new MutableRow(columns);
        }
        bids = Rows.of(steps.get(0).inputType());
        out = new MutableRow(columns);
        fused = new ChainCompiler()
                .fuse(
                        steps.get(0).inputType().size(),
                        steps.stream().map(Step::spec).toList())
                .orElseThrow(() -> new IllegalStateException("the chain is too large for one method"));
    }

    /** All steps in one method. */
    @Benchmark
    public int fused() throws RowException {
        return fused.run(bids[next++ & (Plans.ROWS - 1)], out);
    }

    /** The same steps one by one: a projection, a filter, a projection … */
    @Benchmark
    public int oneByOne() throws RowException {
        Row row = bids[next++ & (Plans.ROWS - 1)];
        for (int i = 0; i < projections.length; i++) {
            projections[i].map(row, results[i]);
            row = results[i];
            if (!filters[i].test(row)) {
                return i;
            }
        }
        return projections.length;
    }
}
