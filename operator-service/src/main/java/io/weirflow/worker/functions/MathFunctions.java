package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;

/** Functions of DOUBLE. They are of {@link StrictMath}: a row gives the same bits on every machine and before and after the JIT. */
public final class MathFunctions {

    private MathFunctions() {}

    public static double sqrt(double a) throws RowException {
        if (a < 0) {
            throw new RowException("square root of the negative number " + NumberCasts.doubleToVarchar(a));
        }
        return Math.sqrt(a);
    }

    public static double power(double a, double b) {
        return StrictMath.pow(a, b);
    }

    public static double exp(double a) {
        return StrictMath.exp(a);
    }

    public static double ln(double a) throws RowException {
        return StrictMath.log(positive(a));
    }

    public static double log10(double a) throws RowException {
        return StrictMath.log10(positive(a));
    }

    public static double sin(double a) {
        return StrictMath.sin(a);
    }

    public static double cos(double a) {
        return StrictMath.cos(a);
    }

    public static double tan(double a) {
        return StrictMath.tan(a);
    }

    public static double asin(double a) {
        return StrictMath.asin(a);
    }

    public static double acos(double a) {
        return StrictMath.acos(a);
    }

    public static double atan(double a) {
        return StrictMath.atan(a);
    }

    public static double atan2(double y, double x) {
        return StrictMath.atan2(y, x);
    }

    public static double degrees(double a) {
        return StrictMath.toDegrees(a);
    }

    public static double radians(double a) {
        return StrictMath.toRadians(a);
    }

    private static double positive(double a) throws RowException {
        if (a <= 0) {
            throw new RowException("logarithm of " + NumberCasts.doubleToVarchar(a) + ", which is not positive");
        }
        return a;
    }
}
