package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Walks trees without recursion: they may be deeper than a thread's stack. */
final class Trees {

    private Trees() {}

    static List<Expr> children(Expr expression) {
        if (expression instanceof Expr.Call call) {
            return call.arguments();
        } else if (expression instanceof Expr.Cast cast) {
            return List.of(cast.operand());
        } else if (expression instanceof Expr.Field field) {
            return List.of(field.row());
        } else if (expression instanceof Expr.Case choice) {
            List<Expr> children = new ArrayList<>();
            for (Expr.Branch branch : choice.branches()) {
                children.add(branch.condition());
                children.add(branch.result());
            }
            children.add(choice.otherwise());
            return children;
        }
        return List.of();
    }

    /** Returns whether trees have at most so many nodes together, those that are in several places counted there. */
    static boolean haveAtMost(int nodes, List<Expr> roots) {
        Deque<Expr> stack = new ArrayDeque<>(roots);
        int seen = 0;
        while (!stack.isEmpty()) {
            if (++seen > nodes) {
                return false;
            }
            children(stack.pop()).forEach(stack::push);
        }
        return true;
    }

    /** Returns all nodes, each once and after its children. */
    static List<Expr> childrenFirst(Expr root) {
        List<Expr> order = new ArrayList<>();
        Set<Expr> entered = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Expr> done = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Expr> stack = new ArrayDeque<>();
        stack.push(root);
        while (!stack.isEmpty()) {
            Expr top = stack.peek();
            if (entered.add(top)) {
                children(top).forEach(stack::push);
            } else {
                stack.pop();
                if (done.add(top)) {
                    order.add(top);
                }
            }
        }
        return order;
    }
}
