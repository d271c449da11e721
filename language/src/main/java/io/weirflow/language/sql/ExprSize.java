package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bounds the size of a tree: BETWEEN, NULLIF and the like repeat an operand, and nested they would grow without end. */
final class ExprSize {
    static final int MAX_NODES = 20_000;

    private ExprSize() {}

    static boolean isTooLarge(Expr root) {
        Deque<Expr> open = new ArrayDeque<>();
        open.push(root);
        int nodes = 0;
        while (!open.isEmpty()) {
            if (++nodes > MAX_NODES) {
                return true;
            }
            Expr expr = open.pop();
            if (expr instanceof Expr.Call call) {
                call.arguments().forEach(open::push);
            } else if (expr instanceof Expr.Cast cast) {
                open.push(cast.operand());
            } else if (expr instanceof Expr.Field field) {
                open.push(field.row());
            } else if (expr instanceof Expr.Case choice) {
                choice.branches().forEach(branch -> {
                    open.push(branch.condition());
                    open.push(branch.result());
                });
                open.push(choice.otherwise());
            }
        }
        return false;
    }
}
