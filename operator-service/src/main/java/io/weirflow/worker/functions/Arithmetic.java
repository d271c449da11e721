package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;

/** Arithmetic of INTEGER, BIGINT and DOUBLE: whole numbers never wrap around, and a division by zero is an error for all. */
public final class Arithmetic {

    private Arithmetic() {}

    public static int plus(int a, int b) throws RowException {
        long sum = (long) a + b;
        return sum == (int) sum ? (int) sum : overflow(a, " + ", b);
    }

    public static long plus(long a, long b) throws RowException {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) >= 0 ? sum : overflow(a, " + ", b);
    }

    public static double plus(double a, double b) {
        return a + b;
    }

    public static int minus(int a, int b) throws RowException {
        long difference = (long) a - b;
        return difference == (int) difference ? (int) difference : overflow(a, " - ", b);
    }

    public static long minus(long a, long b) throws RowException {
        long difference = a - b;
        return ((a ^ b) & (a ^ difference)) >= 0 ? difference : overflow(a, " - ", b);
    }

    public static double minus(double a, double b) {
        return a - b;
    }

    public static int times(int a, int b) throws RowException {
        long product = (long) a * b;
        return product == (int) product ? (int) product : overflow(a, " * ", b);
    }

    public static long times(long a, long b) throws RowException {
        long low = a * b;
        return Math.multiplyHigh(a, b) == low >> 63 ? low : overflow(a, " * ", b);
    }

    public static double times(double a, double b) {
        return a * b;
    }

    public static int divide(int a, int b) throws RowException {
        if (b == 0) {
            throw divisionByZero();
        }
        return a == Integer.MIN_VALUE && b == -1 ? overflow(a, " / ", b) : a / b;
    }

    public static long divide(long a, long b) throws RowException {
        if (b == 0) {
            throw divisionByZero();
        }
        return a == Long.MIN_VALUE && b == -1 ? overflow(a, " / ", b) : a / b;
    }

    public static double divide(double a, double b) throws RowException {
        if (b == 0) {
            throw divisionByZero();
        }
        return a / b;
    }

    public static int mod(int a, int b) throws RowException {
        if (b == 0) {
            throw divisionByZero();
        }
        return a % b;
    }

    public static long mod(long a, long b) throws RowException {
        if (b == 0) {
            throw divisionByZero();
        }
        return a % b;
    }

    public static double mod(double a, double b) throws RowException {
        if (b == 0) {
            throw divisionByZero();
        }
        return a % b;
    }

    public static int negate(int a) throws RowException {
        return a == Integer.MIN_VALUE ? overflow(0, " - ", a) : -a;
    }

    public static long negate(long a) throws RowException {
        return a == Long.MIN_VALUE ? overflow(0L, " - ", a) : -a;
    }

    public static double negate(double a) {
        return -a;
    }

    public static int abs(int a) throws RowException {
        return a < 0 ? negate(a) : a;
    }

    public static long abs(long a) throws RowException {
        return a < 0 ? negate(a) : a;
    }

    public static double abs(double a) {
        return Math.abs(a);
    }

    public static int sign(int a) {
        return Integer.signum(a);
    }

    public static int sign(long a) {
        return Long.signum(a);
    }

    /** The sign of NaN is 0. */
    public static int sign(double a) {
        return a > 0 ? 1 : a < 0 ? -1 : 0;
    }

    static RowException divisionByZero() {
        return new RowException("division by zero");
    }

    private static int overflow(int a, String operator, int b) throws RowException {
        throw new RowException("INTEGER overflow in " + a + operator + b);
    }

    private static long overflow(long a, String operator, long b) throws RowException {
        throw new RowException("BIGINT overflow in " + a + operator + b);
    }
}
