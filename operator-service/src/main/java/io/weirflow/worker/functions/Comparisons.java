package io.weirflow.worker.functions;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order of values. VARCHAR goes by code point. In DOUBLE, 0.0 equals -0.0, and NaN equals itself and is larger than every
 * other number, so that the order is total.
 */
public final class Comparisons {

    private Comparisons() {}

    public static int compare(double a, double b) {
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }

    /** UTF-16 order is code-point order but for surrogates, which stand for code points above all single units. */
    public static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char c = a.charAt(i);
            char d = b.charAt(i);
            if (c != d) {
                boolean highC = Character.isSurrogate(c);
                return highC == Character.isSurrogate(d) ? c - d : highC ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }

    public static int compare(BigDecimal a, BigDecimal b) {
        return a.compareTo(b);
    }

    public static int compare(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b);
    }

    /** Compares values of one type that has an order, boxed. */
    public static int compareBoxed(Object a, Object b) {
        if (a instanceof String text) {
            return compare(text, (String) b);
        } else if (a instanceof Double number) {
            return compare(number.doubleValue(), ((Double) b).doubleValue());
        } else if (a instanceof BigDecimal decimal) {
            return compare(decimal, (BigDecimal) b);
        } else if (a instanceof byte[] bytes) {
            return compare(bytes, (byte[]) b);
        } else if (a instanceof Boolean bool) {
            return Boolean.compare(bool, (Boolean) b);
        }
        return Long.compare(((Number) a).longValue(), ((Number) b).longValue());
    }

    /** Returns whether two boxed values of one type are equal; inside of collections and rows NULL equals NULL. */
    public static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == null && b == null;
        } else if (a instanceof List<?> list) {
            return equalLists(list, (List<?>) b);
        } else if (a instanceof Map<?, ?> map) {
            return equalMaps(map, (Map<?, ?>) b);
        } else if (a instanceof Number || a instanceof byte[]) {
            return compareBoxed(a, b) == 0;
        }
        return a.equals(b);
    }

    private static boolean equalLists(List<?> a, List<?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
        return a.keySet().equals(b.keySet()) && a.keySet().stream().allMatch(key -> equal(a.get(key), b.get(key)));
    }

    public static boolean greatest(boolean a, boolean b) {
        return a | b;
    }

    public static int greatest(int a, int b) {
        return Math.max(a, b);
    }

    public static long greatest(long a, long b) {
        return Math.max(a, b);
    }

    public static double greatest(double a, double b) {
        return compare(a, b) >= 0 ? a : b;
    }

    public static String greatest(String a, String b) {
        return compare(a, b) >= 0 ? a : b;
    }

    public static BigDecimal greatest(BigDecimal a, BigDecimal b) {
        return a.max(b);
    }

    public static boolean least(boolean a, boolean b) {
        return a & b;
    }

    public static int least(int a, int b) {
        return Math.min(a, b);
    }

    public static long least(long a, long b) {
        return Math.min(a, b);
    }

    public static double least(double a, double b) {
        return compare(a, b) <= 0 ? a : b;
    }

    public static String least(String a, String b) {
        return compare(a, b) <= 0 ? a : b;
    }

    public static BigDecimal least(BigDecimal a, BigDecimal b) {
        return a.min(b);
    }
}
