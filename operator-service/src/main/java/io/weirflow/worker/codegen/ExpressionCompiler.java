package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import java.util.List;

/** Compiles expressions to hidden classes. Safe for use by several threads. */
public final class ExpressionCompiler {

    public ExpressionCompiler() {}

    /**
     * Compiles a condition.
     *
     * @param condition of type BOOLEAN
     * @throws IllegalArgumentException when the tree is not well typed
     */
    public RowPredicate predicate(Expr condition) {
        throw new UnsupportedOperationException(condition.toString());
    }

    /**
     * Compiles expressions that are evaluated together, in their order.
     *
     * @throws IllegalArgumentException when a tree is not well typed
     */
    public RowMapper mapper(List<Expr> expressions) {
        throw new UnsupportedOperationException(expressions.toString());
    }
}
