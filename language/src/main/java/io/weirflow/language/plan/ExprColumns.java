package io.weirflow.language.plan;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.Expr;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns that expressions refer to. */
final class ExprColumns {

    private ExprColumns() {}

    /** Adds the indexes of all columns that an expression reads. */
    static void collect(Expr expr, BitSet into) {
        if (expr instanceof Expr.ColumnRef column) {
            into.set(column.index());
        } else if (expr instanceof Expr.Call call) {
            collect(call.arguments(), into);
        } else if (expr instanceof Expr.Cast cast) {
            collect(cast.operand(), into);
        } else if (expr instanceof Expr.Case choice) {
            choice.branches().forEach(branch -> {
                collect(branch.condition(), into);
                collect(branch.result(), into);
            });
            collect(choice.otherwise(), into);
        } else if (expr instanceof Expr.Field field) {
            collect(field.row(), into);
        }
    }

    static void collect(List<Expr> expressions, BitSet into) {
        expressions.forEach(expr -> collect(expr, into));
    }

    static void collect(AggregateCall call, BitSet into) {
        collect(call.arguments(), into);
        if (call.filter() != null) {
            collect(call.filter(), into);
        }
    }

    /** Returns the index of the first expression that is this column and nothing else, or -1. */
    static int indexOf(List<Expr> expressions, int column) {
        for (int i = 0; i < expressions.size(); i++) {
            if (expressions.get(i) instanceof Expr.ColumnRef ref && ref.index() == column) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the expression over a row of which only these columns are left. */
    static Expr over(Expr expr, Kept kept) {
        if (expr instanceof Expr.ColumnRef column) {
            return new Expr.ColumnRef(kept.indexOf(column.index()), column.type(), column.nullable());
        }
        if (expr instanceof Expr.Call call) {
            return new Expr.Call(call.function(), over(call.arguments(), kept), call.type(), call.nullable());
        }
        if (expr instanceof Expr.Cast cast) {
            return new Expr.Cast(over(cast.operand(), kept), cast.type(), cast.safe(), cast.nullable());
        }
        if (expr instanceof Expr.Case choice) {
            List<Expr.Branch> branches = choice.branches().stream()
                    .map(branch -> new Expr.Branch(over(branch.condition(), kept), over(branch.result(), kept)))
                    .toList();
            return new Expr.Case(branches, over(choice.otherwise(), kept), choice.type(), choice.nullable());
        }
        if (expr instanceof Expr.Field field) {
            return new Expr.Field(over(field.row(), kept), field.index(), field.type(), field.nullable());
        }
        return expr;
    }

    static List<Expr> over(List<Expr> expressions, Kept kept) {
        return expressions.stream().map(expr -> over(expr, kept)).toList();
    }

    static AggregateCall over(AggregateCall call, Kept kept) {
        @Nullable Expr filter = call.filter() == null ? null : over(call.filter(), kept);
        return new AggregateCall(
                call.function(), over(call.arguments(), kept), call.distinct(), filter, call.type(), call.nullable());
    }
}
