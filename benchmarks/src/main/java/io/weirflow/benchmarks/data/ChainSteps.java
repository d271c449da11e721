package io.weirflow.benchmarks.data;

/** The ten steps of the case of chains, over the numbers a, b and p; see the pipeline {@code chain.yaml}. */
public final class ChainSteps {

    /** How many there are. */
    public static final int COUNT = 10;

    private ChainSteps() {}

    /** Whether a row goes into a step, from 1 on. */
    public static boolean passes(int step, long a, long p) {
        return (a + p) % (10 + step) != 0;
    }

    public static long a(int step, long a, long p) {
        return a + p % (7 + step);
    }

    public static long b(int step, long a, long b) {
        return b > a ? b - step : b + step;
    }

    public static long p(int step, long b, long p) {
        return Math.abs(p - b % 1_000) + step;
    }

    /** Whether a row goes out at the end. */
    public static boolean last(long a) {
        return a % 10 == 0;
    }
}
