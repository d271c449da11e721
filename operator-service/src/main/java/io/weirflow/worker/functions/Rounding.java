package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * CEIL, FLOOR, ROUND and TRUNCATE. Doubles are rounded by their shortest decimal form, so ROUND(1.005, 2) is 1.01 although
 * the double below it is a little less.
 */
public final class Rounding {

    /** More digits than any double or DECIMAL has on either side of the point. */
    private static final int MAX_DIGITS = 400;

    /** From here on every double is a whole number. */
    private static final double WHOLE = 0x1p52;

    private Rounding() {}

    public static int ceil(int a) {
        return a;
    }

    public static long ceil(long a) {
        return a;
    }

    public static double ceil(double a) {
        return Math.ceil(a);
    }

    public static BigDecimal ceil(BigDecimal a, int precision, int scale) throws RowException {
        return DecimalFunctions.fit(a.setScale(0, RoundingMode.CEILING), precision, scale);
    }

    public static int floor(int a) {
        return a;
    }

    public static long floor(long a) {
        return a;
    }

    public static double floor(double a) {
        return Math.floor(a);
    }

    public static BigDecimal floor(BigDecimal a, int precision, int scale) throws RowException {
        return DecimalFunctions.fit(a.setScale(0, RoundingMode.FLOOR), precision, scale);
    }

    public static int round(int a) {
        return a;
    }

    public static long round(long a) {
        return a;
    }

    public static double round(double a) {
        double size = Math.abs(a);
        if (!(size < WHOLE)) {
            return a;
        }
        double whole = Math.floor(size);
        return Math.copySign(size - whole >= 0.5 ? whole + 1 : whole, a);
    }

    public static BigDecimal round(BigDecimal a, int precision, int scale) throws RowException {
        return round(a, 0, precision, scale);
    }

    public static int round(int a, int digits) throws RowException {
        return digits >= 0 ? a : NumberCasts.bigintToInteger(whole(a, digits, RoundingMode.HALF_UP));
    }

    public static long round(long a, int digits) throws RowException {
        return digits >= 0 ? a : whole(a, digits, RoundingMode.HALF_UP);
    }

    public static double round(double a, int digits) {
        return digits == 0 ? round(a) : real(a, digits, RoundingMode.HALF_UP);
    }

    public static BigDecimal round(BigDecimal a, int digits, int precision, int scale) throws RowException {
        return DecimalFunctions.fit(a.setScale(clamp(digits), RoundingMode.HALF_UP), precision, scale);
    }

    public static int truncate(int a) {
        return a;
    }

    public static long truncate(long a) {
        return a;
    }

    public static double truncate(double a) {
        return Math.copySign(Math.floor(Math.abs(a)), a);
    }

    public static BigDecimal truncate(BigDecimal a, int precision, int scale) throws RowException {
        return truncate(a, 0, precision, scale);
    }

    public static int truncate(int a, int digits) throws RowException {
        return digits >= 0 ? a : (int) whole(a, digits, RoundingMode.DOWN);
    }

    public static long truncate(long a, int digits) throws RowException {
        return digits >= 0 ? a : whole(a, digits, RoundingMode.DOWN);
    }

    public static double truncate(double a, int digits) {
        return digits == 0 ? truncate(a) : real(a, digits, RoundingMode.DOWN);
    }

    public static BigDecimal truncate(BigDecimal a, int digits, int precision, int scale) throws RowException {
        return DecimalFunctions.fit(a.setScale(clamp(digits), RoundingMode.DOWN), precision, scale);
    }

    private static long whole(long a, int digits, RoundingMode mode) throws RowException {
        return NumberCasts.decimalToBigint(BigDecimal.valueOf(a).setScale(clamp(digits), mode));
    }

    private static double real(double a, int digits, RoundingMode mode) {
        if (Double.isNaN(a) || Double.isInfinite(a)) {
            return a;
        }
        double rounded = NumberCasts.exact(a).setScale(clamp(digits), mode).doubleValue();
        return Math.copySign(rounded, a);
    }

    private static int clamp(int digits) {
        return Math.max(-MAX_DIGITS, Math.min(MAX_DIGITS, digits));
    }
}
