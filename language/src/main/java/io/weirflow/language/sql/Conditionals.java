package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Branch;
import io.weirflow.api.expr.Expr.Call;
import io.weirflow.api.expr.Expr.Case;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlCase;

/** CASE, IF, COALESCE, NULLIF, GREATEST and LEAST. */
final class Conditionals {

    private Conditionals() {}

    static void addTo(Map<String, Functions.Rule> rules) {
        rules.put("COALESCE", Conditionals::coalesce);
        rules.put("IFNULL", Conditionals::coalesce);
        rules.put("NULLIF", Conditionals::nullIf);
        rules.put("IF", Conditionals::ifThenElse);
        rules.put("GREATEST", site -> extreme(site, Function.GREATEST));
        rules.put("LEAST", site -> extreme(site, Function.LEAST));
    }

    /** The parser has made {@code CASE x WHEN a} to {@code CASE WHEN x = a}. */
    static Operand caseOf(Analyzer analyzer, SqlCase node) {
        List<Operand> conditions = new ArrayList<>();
        List<Operand> results = new ArrayList<>();
        for (SqlNode condition : node.getWhenOperands()) {
            conditions.add(analyzer.analyze(condition));
        }
        for (SqlNode result : node.getThenOperands()) {
            results.add(analyzer.analyze(result));
        }
        results.add(analyzer.analyze(node.getElseOperand()));
        if (Analyzer.containsBad(conditions) || Analyzer.containsBad(results)) {
            return Operand.BAD;
        }
        return choice(new CallSite("CASE", results), conditions);
    }

    /** @param results one for each condition, and one for else */
    private static Operand choice(CallSite results, List<Operand> conditions) {
        return ofCommonType(results, common -> {
            Expr[] values = coerced(results, common);
            List<Branch> branches = new ArrayList<>();
            for (int i = 0; i < conditions.size(); i++) {
                branches.add(
                        new Branch(Operators.bool("the condition of " + results.name(), conditions.get(i)), values[i]));
            }
            boolean nullable = Arrays.stream(values).anyMatch(Expr::nullable);
            return new Operand.Value(new Case(branches, values[values.length - 1], common, nullable));
        });
    }

    private static Operand ifThenElse(CallSite site) {
        site.takes(3);
        return choice(
                new CallSite("IF", site.arguments().subList(1, 3)),
                site.arguments().subList(0, 1));
    }

    private static Operand coalesce(CallSite site) {
        site.takes(1, Integer.MAX_VALUE);
        return ofCommonType(site, common -> {
            Expr[] values = coerced(site, common);
            boolean nullable = Arrays.stream(values).allMatch(Expr::nullable);
            return new Operand.Value(new Call(Function.COALESCE, List.of(values), common, nullable));
        });
    }

    private static Operand nullIf(CallSite site) {
        site.takes(2);
        Expr value = site.value(0);
        Operand.Value equal = (Operand.Value) Operators.compare(
                Function.EQ, "NULLIF", site.arguments().get(0), site.arguments().get(1));
        return new Operand.Value(new Case(
                List.of(new Branch(equal.expr(), new Literal(value.type(), null))), value, value.type(), true));
    }

    private static Operand extreme(CallSite site, Function function) {
        site.takes(1, Integer.MAX_VALUE);
        return ofCommonType(site, common -> {
            if (!Types.hasOrder(common)) {
                throw site.wrong("wants values that have an order, not " + common.sql());
            }
            return CallSite.call(function, common, coerced(site, common));
        });
    }

    /** Goes on with the type that all arguments can take. */
    static Operand ofCommonType(CallSite site, java.util.function.Function<DataType, Operand> next) {
        DataType common = Coercion.common(site.arguments());
        if (common == null) {
            if (site.arguments().stream().allMatch(operand -> operand instanceof Operand.Null)) {
                throw site.wrong("cannot tell the type of NULL; write CAST(NULL AS type)");
            }
            List<String> types =
                    site.arguments().stream().map(Operand::described).distinct().toList();
            throw site.wrong(
                    "wants values of one type, not " + String.join(" and ", types) + "; write CAST(... AS type)");
        }
        return next.apply(common);
    }

    static Expr[] coerced(CallSite site, DataType common) {
        return site.arguments().stream()
                .map(operand -> Operators.coerced(common, operand))
                .toArray(Expr[]::new);
    }
}
