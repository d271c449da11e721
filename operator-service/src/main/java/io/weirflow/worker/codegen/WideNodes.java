package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Rewrites nodes of very many children as nested ones of the same meaning, so that methods can be split between them: AND, OR, CONCAT,
 * COALESCE, GREATEST and LEAST are associative, and the later branches of a CASE are a CASE in its ELSE.
 */
final class WideNodes {

    private static final int MAX_CHILDREN = 32;

    private WideNodes() {}

    static Expr split(Expr root) {
        return split(root, UnaryOperator.identity());
    }

    /** @param columns what stands for each column in the new tree */
    static Expr split(Expr root, UnaryOperator<Expr.ColumnRef> columns) {
        Map<Expr, Expr> made = new IdentityHashMap<>();
        for (Expr node : Trees.childrenFirst(root)) {
            made.put(node, node instanceof Expr.ColumnRef column ? columns.apply(column) : rebuild(node, made));
        }
        return made(root, made);
    }

    private static Expr made(Expr original, Map<Expr, Expr> made) {
        return Objects.requireNonNull(made.get(original));
    }

    private static Expr rebuild(Expr node, Map<Expr, Expr> made) {
        if (node instanceof Expr.Call call) {
            return splitCall(call, made);
        } else if (node instanceof Expr.Case choice) {
            return splitCase(choice, made);
        } else if (node instanceof Expr.Cast cast) {
            return new Expr.Cast(made(cast.operand(), made), cast.type(), cast.safe(), cast.nullable());
        } else if (node instanceof Expr.Field field) {
            return new Expr.Field(made(field.row(), made), field.index(), field.type(), field.nullable());
        }
        return node;
    }

    private static Expr splitCall(Expr.Call call, Map<Expr, Expr> made) {
        List<Expr> arguments =
                call.arguments().stream().map(argument -> made(argument, made)).toList();
        boolean associative = switch (call.function()) {
            case AND, OR, CONCAT, COALESCE, GREATEST, LEAST -> true;
            default -> false;
        };
        while (associative && arguments.size() > MAX_CHILDREN) {
            List<Expr> groups = new ArrayList<>();
            for (int from = 0; from < arguments.size(); from += MAX_CHILDREN) {
                List<Expr> group = arguments.subList(from, Math.min(from + MAX_CHILDREN, arguments.size()));
                groups.add(group.size() == 1 ? group.get(0) : with(call, group));
            }
            arguments = groups;
        }
        return with(call, arguments);
    }

    private static Expr with(Expr.Call call, List<Expr> arguments) {
        return new Expr.Call(call.function(), arguments, call.type(), call.nullable());
    }

    private static Expr splitCase(Expr.Case choice, Map<Expr, Expr> made) {
        List<Expr.Branch> branches = choice.branches().stream()
                .map(branch -> new Expr.Branch(made(branch.condition(), made), made(branch.result(), made)))
                .toList();
        Expr otherwise = made(choice.otherwise(), made);
        int tail = (branches.size() - 1) / MAX_CHILDREN * MAX_CHILDREN;
        for (int from = tail; from > 0; from -= MAX_CHILDREN) {
            otherwise = new Expr.Case(
                    branches.subList(from, Math.min(from + MAX_CHILDREN, branches.size())),
                    otherwise,
                    choice.type(),
                    choice.nullable());
        }
        List<Expr.Branch> head = branches.subList(0, Math.min(MAX_CHILDREN, branches.size()));
        return new Expr.Case(head, otherwise, choice.type(), choice.nullable());
    }
}
