package io.weirflow.worker.functions;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.weirflow.api.operator.RowException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * CAST from numbers and BOOLEAN. To a whole number the fraction is cut off; to a DECIMAL it is rounded half away from zero; a value out
 * of the range of the target is an error. A DOUBLE is taken by its shortest decimal form.
 */
public final class NumberCasts {

    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);

    private NumberCasts() {}

    public static int booleanToInteger(boolean value) {
        return value ? 1 : 0;
    }

    public static long booleanToBigint(boolean value) {
        return value ? 1 : 0;
    }

    public static String booleanToVarchar(boolean value) {
        return value ? "TRUE" : "FALSE";
    }

    public static boolean integerToBoolean(int value) {
        return value != 0;
    }

    public static long integerToBigint(int value) {
        return value;
    }

    public static double integerToDouble(int value) {
        return value;
    }

    public static BigDecimal integerToDecimal(int value, int precision, int scale) throws RowException {
        return DecimalFunctions.fit(BigDecimal.valueOf(value), precision, scale);
    }

    public static String integerToVarchar(int value) {
        return Integer.toString(value);
    }

    public static boolean bigintToBoolean(long value) {
        return value != 0;
    }

    public static int bigintToInteger(long value) throws RowException {
        if (value != (int) value) {
            throw new RowException("INTEGER overflow: " + value);
        }
        return (int) value;
    }

    public static double bigintToDouble(long value) {
        return value;
    }

    public static BigDecimal bigintToDecimal(long value, int precision, int scale) throws RowException {
        return DecimalFunctions.fit(BigDecimal.valueOf(value), precision, scale);
    }

    public static String bigintToVarchar(long value) {
        return Long.toString(value);
    }

    public static int doubleToInteger(double value) throws RowException {
        if (!(value > -0x1p31 - 1 && value < 0x1p31)) {
            throw new RowException("INTEGER overflow: " + doubleToVarchar(value));
        }
        return (int) value;
    }

    public static long doubleToBigint(double value) throws RowException {
        if (!(value >= -0x1p63 && value < 0x1p63)) {
            throw new RowException("BIGINT overflow: " + doubleToVarchar(value));
        }
        return (long) value;
    }

    public static BigDecimal doubleToDecimal(double value, int precision, int scale) throws RowException {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new RowException("cannot cast " + doubleToVarchar(value) + " to DECIMAL");
        }
        return DecimalFunctions.fit(exact(value), precision, scale);
    }

    /** Prints the shortest decimal form that is read back as the same number; not by the JDK, whose form changed in version 19. */
    public static String doubleToVarchar(double value) {
        return NumberOutput.toString(value, true);
    }

    static BigDecimal exact(double value) {
        return new BigDecimal(doubleToVarchar(value));
    }

    public static int decimalToInteger(BigDecimal value) throws RowException {
        return bigintToInteger(decimalToBigint(value));
    }

    public static long decimalToBigint(BigDecimal value) throws RowException {
        BigInteger whole = value.setScale(0, RoundingMode.DOWN).unscaledValue();
        if (whole.compareTo(MAX_LONG) > 0 || whole.compareTo(MIN_LONG) < 0) {
            throw new RowException("BIGINT overflow: " + value.toPlainString());
        }
        return whole.longValue();
    }

    public static double decimalToDouble(BigDecimal value) {
        return value.doubleValue();
    }

    public static BigDecimal decimalToDecimal(BigDecimal value, int precision, int scale) throws RowException {
        return DecimalFunctions.fit(value, precision, scale);
    }

    public static String decimalToVarchar(BigDecimal value) {
        return value.toPlainString();
    }
}
