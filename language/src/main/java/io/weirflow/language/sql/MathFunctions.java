package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Cast;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.util.Map;

/** Mathematics. */
final class MathFunctions {

    private MathFunctions() {}

    static void addTo(Map<String, Functions.Rule> rules) {
        rules.put("ABS", site -> sameType(site, Function.ABS));
        rules.put("SIGN", MathFunctions::sign);
        rules.put("MOD", MathFunctions::mod);
        rules.put("ROUND", site -> rounded(site, Function.ROUND));
        rules.put("TRUNCATE", site -> rounded(site, Function.TRUNCATE));
        rules.put("CEIL", site -> floorOrCeil(site, Function.CEIL));
        rules.put("CEILING", site -> floorOrCeil(site, Function.CEIL));
        rules.put("FLOOR", site -> floorOrCeil(site, Function.FLOOR));
        rules.put("POWER", site -> ofTwoDoubles(site, Function.POWER));
        rules.put("ATAN2", site -> ofTwoDoubles(site, Function.ATAN2));
        rules.put("PI", MathFunctions::pi);
        for (Function function : new Function[] {
            Function.SQRT,
            Function.EXP,
            Function.LN,
            Function.LOG10,
            Function.SIN,
            Function.COS,
            Function.TAN,
            Function.ASIN,
            Function.ACOS,
            Function.ATAN,
            Function.DEGREES,
            Function.RADIANS
        }) {
            rules.put(function.name(), site -> ofDouble(site, function));
        }
    }

    private static Operand sameType(CallSite site, Function function) {
        site.takes(1);
        Expr number = site.number(0);
        return CallSite.call(function, number.type(), number);
    }

    private static Operand sign(CallSite site) {
        site.takes(1);
        return CallSite.call(Function.SIGN, Scalar.INTEGER, site.number(0));
    }

    private static Operand mod(CallSite site) {
        site.takes(2);
        return Operators.arithmetic(
                Function.MOD, "MOD", site.arguments().get(0), site.arguments().get(1));
    }

    private static Operand rounded(CallSite site, Function function) {
        site.takes(1, 2);
        Expr number = function == Function.ROUND ? withRoomAbove(site.number(0)) : site.number(0);
        return site.size() == 1
                ? CallSite.call(function, number.type(), number)
                : CallSite.call(function, number.type(), number, site.integer(1));
    }

    private static Operand floorOrCeil(CallSite site, Function function) {
        if (site.size() == 2) {
            return TimeFunctions.floorOrCeil(site, function);
        }
        site.takes(1);
        Expr number = withRoomAbove(site.number(0));
        return CallSite.call(function, number.type(), number);
    }

    /** 9.9 rounds to 10: one digit more than its type has. */
    private static Expr withRoomAbove(Expr number) {
        if (number.type() instanceof Decimal decimal
                && decimal.scale() > 0
                && decimal.precision() < Decimal.MAX_PRECISION) {
            Decimal wider = new Decimal(decimal.precision() + 1, decimal.scale());
            return new Cast(number, wider, false, number.nullable());
        }
        return number;
    }

    private static Operand ofDouble(CallSite site, Function function) {
        site.takes(1);
        return CallSite.call(function, Scalar.DOUBLE, site.dbl(0));
    }

    private static Operand ofTwoDoubles(CallSite site, Function function) {
        site.takes(2);
        return CallSite.call(function, Scalar.DOUBLE, site.dbl(0), site.dbl(1));
    }

    private static Operand pi(CallSite site) {
        site.takes(0);
        return new Operand.Value(new Literal(Scalar.DOUBLE, Math.PI));
    }
}
