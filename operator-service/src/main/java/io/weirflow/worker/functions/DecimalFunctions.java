package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Arithmetic of DECIMAL: exact, then rounded half away from zero to the scale of the result. */
public final class DecimalFunctions {

    private DecimalFunctions() {}

    public static BigDecimal plus(BigDecimal a, BigDecimal b, int precision, int scale) throws RowException {
        return fit(a.add(b), precision, scale);
    }

    public static BigDecimal minus(BigDecimal a, BigDecimal b, int precision, int scale) throws RowException {
        return fit(a.subtract(b), precision, scale);
    }

    public static BigDecimal times(BigDecimal a, BigDecimal b, int precision, int scale) throws RowException {
        return fit(a.multiply(b), precision, scale);
    }

    public static BigDecimal divide(BigDecimal a, BigDecimal b, int precision, int scale) throws RowException {
        if (b.signum() == 0) {
            throw Arithmetic.divisionByZero();
        }
        return fit(a.divide(b, scale, RoundingMode.HALF_UP), precision, scale);
    }

    public static BigDecimal mod(BigDecimal a, BigDecimal b, int precision, int scale) throws RowException {
        if (b.signum() == 0) {
            throw Arithmetic.divisionByZero();
        }
        return fit(a.remainder(b), precision, scale);
    }

    public static BigDecimal negate(BigDecimal a, int precision, int scale) throws RowException {
        return fit(a.negate(), precision, scale);
    }

    public static BigDecimal abs(BigDecimal a, int precision, int scale) throws RowException {
        return fit(a.abs(), precision, scale);
    }

    public static int sign(BigDecimal a) {
        return a.signum();
    }

    /** Returns the value as a DECIMAL of this precision and scale. */
    public static BigDecimal fit(BigDecimal value, int precision, int scale) throws RowException {
        BigDecimal scaled = value.scale() == scale ? value : value.setScale(scale, RoundingMode.HALF_UP);
        if (scaled.precision() > precision) {
            throw new RowException("DECIMAL(" + precision + "," + scale + ") overflow: " + value.toPlainString());
        }
        return scaled;
    }
}
