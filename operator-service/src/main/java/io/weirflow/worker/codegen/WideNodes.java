package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites nodes of very many children as nested ones of the same meaning, so that methods can be split between them: AND, OR, CONCAT,
 * COALESCE, GREATEST and LEAST are associative, and the later branches of a CASE are a CASE in its ELSE.
 */
final class WideNodes {

    private static final int MAX_CHILDREN = 32;

    private WideNodes() {}

    static Expr split(Expr expression) {
        if (expression instanceof Expr.Call call) {
            return splitCall(call);
        } else if (expression instanceof Expr.Case choice) {
            return splitCase(choice);
        } else if (expression instanceof Expr.Cast cast) {
            return new Expr.Cast(split(cast.operand()), cast.type(), cast.safe(), cast.nullable());
        } else if (expression instanceof Expr.Field field) {
            return new Expr.Field(split(field.row()), field.index(), field.type(), field.nullable());
        }
        return expression;
    }

    private static Expr splitCall(Expr.Call call) {
        List<Expr> arguments = call.arguments().stream().map(WideNodes::split).toList();
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

    private static Expr splitCase(Expr.Case choice) {
        List<Expr.Branch> branches = choice.branches().stream()
                .map(branch -> new Expr.Branch(split(branch.condition()), split(branch.result())))
                .toList();
        Expr otherwise = split(choice.otherwise());
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
