package io.weirflow.api.expr;

import io.weirflow.api.type.DataType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A typed expression over one row. Every coercion is explicit: the arguments of a {@link Call} have exactly the types that
 * its {@link Function} asks for, so that nothing is left to decide when it is compiled. Immutable.
 *
 * <p>NULL follows SQL's three-valued logic. An expression may fail for a row (division by zero, overflow, a cast that does
 * not fit); the row then goes to the stage's {@code .errors} stream.
 */
public sealed interface Expr {

    DataType type();

    /** Returns whether the value may be NULL for some row. */
    boolean nullable();

    /** The value of a column of the input row. */
    record ColumnRef(int index, DataType type, boolean nullable) implements Expr {}

    /**
     * A constant.
     *
     * @param value boxed as {@link DataType} says; null is the NULL of the type
     */
    record Literal(DataType type, @Nullable Object value) implements Expr {
        @Override
        public boolean nullable() {
            return value == null;
        }

        /** Returns a VARCHAR constant. */
        public static Literal of(String value) {
            return new Literal(DataType.Scalar.VARCHAR, value);
        }

        /** Returns a BIGINT constant. */
        public static Literal of(long value) {
            return new Literal(DataType.Scalar.BIGINT, value);
        }

        /** Returns a BOOLEAN constant. */
        public static Literal of(boolean value) {
            return new Literal(DataType.Scalar.BOOLEAN, value);
        }
    }

    /** A function or operator applied to arguments. */
    record Call(Function function, List<Expr> arguments, DataType type, boolean nullable) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
            Objects.requireNonNull(function, "function");
        }
    }

    /**
     * A conversion to another type: between numbers (to whole numbers towards zero, to decimals half away from zero); from
     * VARCHAR to every simple type and back (white space around is ignored, BOOLEAN in any case, times in ISO-8601 with a
     * space or a T, VARBINARY as UTF-8); between BOOLEAN and INTEGER or BIGINT (0, 1); between DATE and TIMESTAMP at
     * midnight UTC; from TIMESTAMP to TIME.
     *
     * @param safe whether a value that does not fit gives NULL (TRY_CAST) instead of an error (CAST)
     */
    record Cast(Expr operand, DataType type, boolean safe, boolean nullable) implements Expr {}

    /**
     * The first branch whose condition is TRUE, else {@code otherwise}. All results have the type of the whole.
     */
    record Case(List<Branch> branches, Expr otherwise, DataType type, boolean nullable) implements Expr {
        public Case {
            branches = List.copyOf(branches);
        }
    }

    /** One {@code WHEN condition THEN result}. */
    record Branch(Expr condition, Expr result) {}

    /** The field of a nested row. */
    record Field(Expr row, int index, DataType type, boolean nullable) implements Expr {}
}
