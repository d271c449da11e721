package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.util.List;

/** Makes the operators of a plan's steps. Safe for use by several threads; the operators are not. */
public final class OperatorFactory {

    private final ExpressionCompiler compiler;
    private final UserOperatorFactory userOperators;
    private final long cacheBytes;

    /**
     * @param cacheBytes roughly how much heap the decoded state of one operator may take, 0 or more
     */
    public OperatorFactory(ExpressionCompiler compiler, ClassLoader plugIns, long cacheBytes) {
        this.compiler = compiler;
        this.userOperators = new UserOperatorFactory(plugIns);
        this.cacheBytes = cacheBytes;
    }

    /**
     * Returns a new operator for a step, to be opened.
     *
     * @throws IllegalArgumentException when the step's expressions or settings are not right, its user's class cannot be had, or it is one that
     *     hands rows out of the stage, which is not an operator's work
     */
    public Operator create(Step step) {
        StepSpec spec = step.spec();
        if (spec instanceof StepSpec.Filter filter) {
            return new FilterOperator(compiler.predicate(filter.condition()));
        } else if (spec instanceof StepSpec.Project project) {
            return new ProjectOperator(
                    compiler.mapper(project.projection().expressions()),
                    project.projection().expressions().size());
        } else if (spec instanceof StepSpec.WindowAggregate window) {
            return new WindowAggregateOperator(compiler, window, new HeapBudget(cacheBytes));
        } else if (spec instanceof StepSpec.Alert alert) {
            return new AlertOperator(
                    alert,
                    step.inputType(),
                    compiler.predicate(alert.when()),
                    compiler.mapper(List.of(alert.summary())),
                    new HeapBudget(cacheBytes));
        } else if (spec instanceof StepSpec.UserOperator user) {
            return userOperators.create(step.entry(), user);
        }
        throw new IllegalArgumentException("step '" + step.entry() + "' is not an operator: " + spec);
    }
}
