package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Call;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function whose arguments have been analysed.
 *
 * @param name upper case
 */
record CallSite(String name, List<Operand> arguments) {

    int size() {
        return arguments.size();
    }

    /** Checks the number of arguments. */
    void takes(int min, int max) {
        if (size() < min || size() > max) {
            String wanted =
                    min == max ? String.valueOf(min) : max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
            throw wrong("takes " + wanted + (min == 1 && max == 1 ? " argument" : " arguments") + ", not " + size());
        }
    }

    void takes(int count) {
        takes(count, count);
    }

    /** Returns an argument as this type. */
    Expr arg(int index, DataType type) {
        Expr expr = Coercion.to(type, arguments.get(index));
        if (expr == null) {
            String found = arguments.get(index).described();
            String advice =
                    arguments.get(index) instanceof Operand.Value ? "; write CAST(... AS " + type.sql() + ")" : "";
            throw wrong("wants " + type.sql() + " as argument " + (index + 1) + ", not " + found + advice);
        }
        return expr;
    }

    Expr text(int index) {
        return arg(index, Scalar.VARCHAR);
    }

    Expr integer(int index) {
        return arg(index, Scalar.INTEGER);
    }

    Expr dbl(int index) {
        return arg(index, Scalar.DOUBLE);
    }

    /** Returns an argument of a type that is left as it is. */
    Expr value(int index) {
        Operand operand = arguments.get(index);
        if (operand instanceof Operand.Value value) {
            return value.expr();
        }
        if (operand instanceof Operand.Null) {
            throw wrong("cannot tell the type of NULL as argument " + (index + 1) + "; write CAST(NULL AS type)");
        }
        throw wrong("cannot take " + operand.described() + " as argument " + (index + 1));
    }

    Expr number(int index) {
        Expr expr = value(index);
        if (!Types.isNumber(expr.type())) {
            throw wrong("wants a number as argument " + (index + 1) + ", not "
                    + expr.type().sql());
        }
        return expr;
    }

    /** Returns the text of an argument that must be a constant, or null when it is not one. */
    static @Nullable String constantText(Expr expr) {
        return expr instanceof Literal literal && literal.value() instanceof String text ? text : null;
    }

    /** Returns the upper-case name of a unit, written bare or as a text. */
    String unit(int index) {
        Operand operand = arguments.get(index);
        if (operand instanceof Operand.Unit unit) {
            return unit.name();
        }
        if (operand instanceof Operand.Value value) {
            String text = constantText(value.expr());
            if (text != null) {
                return text.toUpperCase(Locale.ROOT);
            }
        }
        throw wrong("wants a unit such as 'HOUR' as argument " + (index + 1));
    }

    Mistake wrong(String what) {
        return Mistake.here(ProblemCode.WRONG_TYPES, name + " " + what);
    }

    /** Returns a call that is NULL when an argument is. */
    static Operand.Value call(Function function, DataType type, Expr... arguments) {
        return new Operand.Value(strict(function, type, arguments));
    }

    static Expr strict(Function function, DataType type, Expr... arguments) {
        boolean nullable = Arrays.stream(arguments).anyMatch(Expr::nullable);
        return new Call(function, List.of(arguments), type, nullable);
    }

    /** Returns a call that may be NULL for any arguments. */
    static Operand.Value nullableCall(Function function, DataType type, Expr... arguments) {
        return new Operand.Value(new Call(function, List.of(arguments), type, true));
    }
}
