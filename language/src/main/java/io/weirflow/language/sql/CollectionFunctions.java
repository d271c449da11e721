package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.util.List;
import java.util.Map;

/** Arrays and maps. */
final class CollectionFunctions {

    private CollectionFunctions() {}

    static void addTo(Map<String, Functions.Rule> rules) {
        rules.put("ITEM", CollectionFunctions::item);
        rules.put("ARRAY", CollectionFunctions::array);
        rules.put("CARDINALITY", CollectionFunctions::cardinality);
        rules.put("ARRAY_CONTAINS", CollectionFunctions::contains);
    }

    private static Operand item(CallSite site) {
        site.takes(2);
        Expr collection = site.value(0);
        CallSite access = new CallSite("[...]", site.arguments());
        if (collection.type() instanceof DataType.Array array) {
            return CallSite.nullableCall(Function.ITEM, array.element(), collection, access.integer(1));
        }
        if (collection.type() instanceof DataType.MapOf map) {
            return CallSite.nullableCall(Function.ITEM, map.value(), collection, access.text(1));
        }
        throw access.wrong("is for ARRAY and MAP, not " + collection.type().sql());
    }

    private static Operand array(CallSite site) {
        if (site.size() == 0) {
            throw Mistake.here(ProblemCode.NOT_SUPPORTED, "an empty ARRAY has no type");
        }
        return Conditionals.ofCommonType(site, common -> {
            Expr[] elements = Conditionals.coerced(site, common);
            return new Operand.Value(
                    new Expr.Call(Function.ARRAY_OF, List.of(elements), new DataType.Array(common), false));
        });
    }

    private static Operand cardinality(CallSite site) {
        site.takes(1);
        Expr collection = site.value(0);
        if (!(collection.type() instanceof DataType.Array) && !(collection.type() instanceof DataType.MapOf)) {
            throw site.wrong("wants an ARRAY or MAP, not " + collection.type().sql());
        }
        return CallSite.call(Function.CARDINALITY, Scalar.INTEGER, collection);
    }

    private static Operand contains(CallSite site) {
        site.takes(2);
        Expr collection = site.value(0);
        if (!(collection.type() instanceof DataType.Array array)) {
            throw site.wrong(
                    "wants an ARRAY as argument 1, not " + collection.type().sql());
        }
        return CallSite.nullableCall(Function.ARRAY_CONTAINS, Scalar.BOOLEAN, collection, site.arg(1, array.element()));
    }
}
