package io.weirflow.language.plan;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.DataType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Tells which steps can send rows to their errors stream. When in doubt they can. */
final class Failures {

    /** Functions that have a value for every row. */
    private static final Set<Function> TOTAL = EnumSet.of(
            Function.AND,
            Function.OR,
            Function.NOT,
            Function.IS_NULL,
            Function.IS_NOT_NULL,
            Function.IS_TRUE,
            Function.IS_NOT_TRUE,
            Function.IS_FALSE,
            Function.IS_NOT_FALSE,
            Function.EQ,
            Function.NE,
            Function.LT,
            Function.LE,
            Function.GT,
            Function.GE,
            Function.IS_DISTINCT_FROM,
            Function.IS_NOT_DISTINCT_FROM,
            Function.IN,
            Function.COALESCE,
            Function.UPPER,
            Function.LOWER,
            Function.CONCAT,
            Function.STARTS_WITH,
            Function.ENDS_WITH,
            Function.CONTAINS);

    private Failures() {}

    static boolean canFail(StepSpec spec) {
        if (spec instanceof StepSpec.Filter filter) {
            return canFail(filter.condition());
        }
        if (spec instanceof StepSpec.Project project) {
            return project.projection().expressions().stream().anyMatch(Failures::canFail);
        }
        if (spec instanceof StepSpec.Alert alert) {
            return canFail(alert.when()) || canFail(alert.summary());
        }
        return spec instanceof StepSpec.WindowAggregate
                || spec instanceof StepSpec.UserOperator
                || spec instanceof StepSpec.Call;
    }

    static boolean canFail(Expr expr) {
        if (expr instanceof Expr.Call call) {
            return !TOTAL.contains(call.function()) || anyCanFail(call.arguments().stream());
        }
        if (expr instanceof Expr.Cast cast) {
            return !(cast.safe() || alwaysFits(cast.operand().type(), cast.type())) || canFail(cast.operand());
        }
        if (expr instanceof Expr.Case choice) {
            return canFail(choice.otherwise())
                    || anyCanFail(choice.branches().stream()
                            .flatMap(branch -> Stream.of(branch.condition(), branch.result())));
        }
        return expr instanceof Expr.Field field && canFail(field.row());
    }

    private static boolean anyCanFail(Stream<Expr> expressions) {
        return expressions.anyMatch(Failures::canFail);
    }

    private static boolean alwaysFits(DataType from, DataType to) {
        if (from.equals(to)) {
            return true;
        }
        List<DataType> numbers = List.of(DataType.Scalar.INTEGER, DataType.Scalar.BIGINT, DataType.Scalar.DOUBLE);
        if (to == DataType.Scalar.VARCHAR) {
            return from instanceof DataType.Decimal
                    || numbers.contains(from)
                    || from == DataType.Scalar.BOOLEAN
                    || from == DataType.Scalar.TIMESTAMP;
        }
        return numbers.contains(from) && numbers.indexOf(to) > numbers.indexOf(from);
    }
}
