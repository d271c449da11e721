package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The candidates of an IN that are all literals, as one constant: a set of texts or a sorted array of words. */
final class ConstantSet {

    /** Fewer candidates are compared one by one. */
    private static final int MIN_CANDIDATES = 4;

    private ConstantSet() {}

    static boolean isConstant(Expr.Call call) {
        if (call.function() != Function.IN || call.arguments().size() <= MIN_CANDIDATES) {
            return false;
        }
        JvmType type = JvmType.of(call.arguments().get(0).type());
        return (type == JvmType.STRING || type == JvmType.INT || type == JvmType.LONG)
                && candidates(call).stream().allMatch(ConstantSet::isValue);
    }

    private static boolean isValue(Expr candidate) {
        return candidate instanceof Expr.Literal literal && literal.value() != null;
    }

    static Set<String> texts(Expr.Call call) {
        Set<String> texts = new HashSet<>();
        candidates(call).forEach(candidate -> texts.add((String) ((Expr.Literal) candidate).value()));
        return texts;
    }

    static long[] words(Expr.Call call) {
        return candidates(call).stream()
                .map(candidate -> (Number) ((Expr.Literal) candidate).value())
                .mapToLong(Number::longValue)
                .sorted()
                .toArray();
    }

    private static List<Expr> candidates(Expr.Call call) {
        return call.arguments().subList(1, call.arguments().size());
    }
}
