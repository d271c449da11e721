package io.weirflow.language.sql;

import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import org.jspecify.annotations.Nullable;

/**
 * How types meet. Numbers promote INTEGER &lt; BIGINT &lt; DECIMAL &lt; DOUBLE; DATE promotes to TIMESTAMP; nothing else
 * changes its type by itself.
 */
final class Types {
    private static final int MIN_KEPT_SCALE = 6;

    private Types() {}

    static boolean isNumber(DataType type) {
        return isWhole(type) || type == Scalar.DOUBLE || type instanceof Decimal;
    }

    static boolean isWhole(DataType type) {
        return type == Scalar.INTEGER || type == Scalar.BIGINT;
    }

    static boolean isTemporal(DataType type) {
        return type == Scalar.DATE || type == Scalar.TIME || type == Scalar.TIMESTAMP;
    }

    static boolean hasOrder(DataType type) {
        return type instanceof Decimal || (type instanceof Scalar && type != Scalar.VARBINARY);
    }

    /** Returns the decimal type that holds every value of a whole-number or decimal type. */
    static Decimal decimalOf(DataType type) {
        if (type instanceof Decimal decimal) {
            return decimal;
        }
        return new Decimal(type == Scalar.INTEGER ? 10 : 19, 0);
    }

    /** Returns the type that both promote to, or null when there is none. */
    static @Nullable DataType common(DataType a, DataType b) {
        if (a.equals(b)) {
            return a;
        }
        if (isNumber(a) && isNumber(b)) {
            if (a == Scalar.DOUBLE || b == Scalar.DOUBLE) {
                return Scalar.DOUBLE;
            }
            if (a instanceof Decimal || b instanceof Decimal) {
                return union(decimalOf(a), decimalOf(b));
            }
            return Scalar.BIGINT;
        }
        boolean dates = (a == Scalar.DATE && b == Scalar.TIMESTAMP) || (a == Scalar.TIMESTAMP && b == Scalar.DATE);
        return dates ? Scalar.TIMESTAMP : null;
    }

    private static Decimal union(Decimal a, Decimal b) {
        int scale = Math.max(a.scale(), b.scale());
        return capped(Math.max(a.precision() - a.scale(), b.precision() - b.scale()) + scale, scale);
    }

    static Decimal sum(Decimal a, Decimal b) {
        int scale = Math.max(a.scale(), b.scale());
        return capped(Math.max(a.precision() - a.scale(), b.precision() - b.scale()) + scale + 1, scale);
    }

    static Decimal product(Decimal a, Decimal b) {
        return capped(a.precision() + b.precision(), a.scale() + b.scale());
    }

    static Decimal quotient(Decimal a, Decimal b) {
        int scale = Math.max(MIN_KEPT_SCALE, a.scale() + b.precision() + 1);
        return capped(a.precision() - a.scale() + b.scale() + scale, scale);
    }

    static Decimal remainder(Decimal a, Decimal b) {
        int scale = Math.max(a.scale(), b.scale());
        return capped(Math.max(1, Math.min(a.precision() - a.scale(), b.precision() - b.scale()) + scale), scale);
    }

    /** Where 38 digits are not enough, digits after the point go first, down to six; then high digits (an error at run time). */
    private static Decimal capped(int precision, int scale) {
        if (precision <= Decimal.MAX_PRECISION) {
            return new Decimal(precision, scale);
        }
        int wholeDigits = precision - scale;
        int kept = Math.max(Decimal.MAX_PRECISION - wholeDigits, Math.min(scale, MIN_KEPT_SCALE));
        return new Decimal(Decimal.MAX_PRECISION, kept);
    }
}
